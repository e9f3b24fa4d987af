#pragma once

#include "actors/trace/record.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

// Recordings as Chrome trace events (the "JSON array format" of the Trace
// Event Format document), which Perfetto opens: a process per node, a lane per
// actor, a slice per message, an arrow from the slice that sent it.

namespace hyper::actors::trace {

/// Turns records into events, each on a line of its own with a comma behind.
class chrome_writer {
public:
  /// Nodes are numbered from `first_process` on, which must not be 0.
  explicit chrome_writer(std::uint64_t first_process)
      : next_process_(first_process) {}

  /// What stands in front of the first and behind the last event. A recording
  /// without its end can still be read.
  static const char* opening() { return "[\n"; }
  static const char* closing() { return "{}]\n"; }

  void append(std::string& out, const record& one);

private:
  std::uint64_t process_of(std::string& out, std::string_view node);
  std::uint64_t lane_of(std::string& out, const participant& who);

  std::uint64_t next_process_;
  std::map<std::string, std::uint64_t, std::less<>> processes_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> lanes_;
};

/// Gives records as text of a recording.
class chrome_sink final : public sink {
public:
  chrome_sink(std::uint64_t first_process, std::string& out);
  ~chrome_sink() override;

  void take(record one) override;

private:
  chrome_writer writer_;
  std::string& out_;
};

/// Writes a recording into a file, on a thread of its own. When the file can't
/// take more, `failed` is told why, once and on that thread, and the rest is
/// left out; so is what comes faster than it can be written.
/// Fails with errc::io.
base::result<std::unique_ptr<sink>>
open_trace_file(const std::string& path, std::uint64_t first_process,
                std::function<void(const std::string&)> failed);

} // namespace hyper::actors::trace
