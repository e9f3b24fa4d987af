#pragma once

#include "actors/trace/filter.hpp"
#include "actors/trace/record.hpp"

#include <functional>
#include <optional>
#include <string>

namespace hyper::actors::trace {

/// "log_writer#5", or "outside"; with the node in front if there is one.
std::string to_text(const participant& who);

/// The record on one line, without an end of line: seconds since `start`, to
/// the microsecond, receiver and sender, type and facts, and how it was.
std::string to_line(const record& one, base::instant start);

/// Gives the records that pass a filter as lines.
class line_sink final : public sink {
public:
  line_sink(filter which, std::function<void(const std::string&)> print);

  void take(record one) override;

private:
  filter filter_;
  std::function<void(const std::string&)> print_;
  std::optional<base::instant> start_;
};

} // namespace hyper::actors::trace
