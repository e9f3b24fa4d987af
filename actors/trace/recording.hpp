#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Recordings read back.

namespace hyper::actors::trace {

/// An actor of a recording: its process and its lane in it.
struct lane {
  std::uint64_t process = 0;
  std::uint64_t id = 0;

  // NOLINTNEXTLINE(modernize-use-nullptr): misread by the checker
  friend auto operator<=>(const lane&, const lane&) = default;
};

/// A handled message as a recording tells it. Times in microseconds.
struct told_message {
  std::uint64_t number = 0;
  std::uint64_t cause = 0;
  std::uint64_t question = 0;
  lane from;
  lane to;
  std::int64_t queued = 0;
  std::int64_t begun = 0;
  std::int64_t took = 0;
  std::uint64_t depth = 0;
  std::string type;
  std::vector<std::pair<std::string, std::string>> facts;

  /// The text of the first fact of that name; empty: there is none.
  const std::string& fact(std::string_view key) const;
};

/// One or more recordings, put together.
class recording {
public:
  static constexpr std::size_t line_max = 64 * 1024;
  static constexpr std::size_t messages_max = 4'000'000;

  /// Adds what a chrome_writer has written, also without its end. Fails with
  /// errc::malformed, naming the line, on anything else, and with errc::limit
  /// on more than the limits allow.
  base::status add(std::istream& in);

  /// In the order in which their handling began, as far as the clocks of the
  /// recorded processes agree; on one machine they do.
  const std::vector<told_message>& messages() const { return messages_; }

  /// "server/log_writer#5".
  std::string name_of(const lane& who) const;

private:
  base::status add_line(std::string_view line);

  std::vector<told_message> messages_;
  std::map<std::uint64_t, std::string> processes_;
  std::map<lane, std::string> lanes_;
  std::uint64_t files_ = 0;
};

} // namespace hyper::actors::trace
