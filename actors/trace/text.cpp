#include "actors/trace/text.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace hyper::actors::trace {

namespace {

std::string seconds_of(base::duration since) {
  std::array<char, 32> out{};
  auto us = since.count();
  std::snprintf(out.data(), out.size(), "%5lld.%06lld",
                static_cast<long long>(us / 1000000),
                static_cast<long long>(us % 1000000));
  return out.data();
}

std::string us_of(base::duration length) {
  return std::to_string(length.count()) + " us";
}

} // namespace

std::string to_text(const participant& who) {
  std::string out;
  if (!who.node.empty())
    out.append(who.node).append("/");
  out += who.name;
  if (who.id != 0)
    out.append("#").append(std::to_string(who.id));
  return out;
}

std::string to_line(const record& one, base::instant start) {
  auto out = seconds_of(one.queued - start);
  out.append(" ").append(to_text(one.to));
  out.append(" <- ").append(to_text(one.from));
  out.append(" ").append(one.what.type);
  for (const auto& fact : one.what.fields)
    out.append(" ").append(fact.key).append("=").append(to_text(fact));
  out.append(" | depth ").append(std::to_string(one.depth));
  out.append(", waited ").append(us_of(one.begun - one.queued));
  out.append(", took ").append(us_of(one.ended - one.begun));
  out.append(", #").append(std::to_string(one.number));
  if (one.cause != 0)
    out.append(" because of #").append(std::to_string(one.cause));
  if (one.question != 0)
    out.append(" answers #").append(std::to_string(one.question));
  return out;
}

line_sink::line_sink(filter which,
                     std::function<void(const std::string&)> print)
    : filter_(std::move(which)), print_(std::move(print)) {}

void line_sink::take(record one) {
  if (!start_)
    start_ = one.queued;
  if (filter_.passes(one))
    print_(to_line(one, *start_));
}

} // namespace hyper::actors::trace
