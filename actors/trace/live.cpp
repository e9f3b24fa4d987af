#include "actors/trace/live.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hyper::actors::trace {

namespace {

namespace json = boost::json;

json::string_view text(std::string_view from) {
  return {from.data(), from.size()};
}

json::object object_of(const participant& who) {
  return {{"kind", text(who.name)}, {"id", who.id}};
}

std::int64_t microseconds(base::instant from, base::instant to) {
  return (to - from).count();
}

} // namespace

std::string to_json(const record& one, base::instant begin) {
  json::object facts;
  for (const auto& fact : one.what.fields) {
    if (const auto* number = std::get_if<std::uint64_t>(&fact.value))
      facts[text(fact.key)] = *number;
    else
      facts[text(fact.key)] = text(std::get<std::string>(fact.value));
  }
  json::object out;
  out["number"] = one.number;
  out["cause"] = one.cause;
  out["question"] = one.question;
  out["from"] = object_of(one.from);
  out["to"] = object_of(one.to);
  out["type"] = text(one.what.type);
  out["facts"] = std::move(facts);
  out["at_us"] = microseconds(begin, one.queued);
  out["waited_us"] = microseconds(one.queued, one.begun);
  out["took_us"] = microseconds(one.begun, one.ended);
  out["depth"] = one.depth;
  return json::serialize(out);
}

void live::take(record one) {
  if (watchers_ == 0)
    return;
  if (!begin_)
    begin_ = one.queued;
  kept_.push_back(to_json(one, *begin_));
  if (kept_.size() <= live_kept_max)
    return;
  kept_.pop_front();
  ++first_;
}

void live::count(int change) {
  auto before = watchers_;
  watchers_ += change;
  if (record_ && (before == 0 || watchers_ == 0))
    record_(watchers_ > 0);
  if (watchers_ > 0)
    return;
  first_ += kept_.size();
  kept_.clear();
}

live::watcher::watcher(live& what)
    : live_(what), next_(what.first_ + what.kept_.size()) {
  live_.count(1);
}

live::watcher::~watcher() {
  live_.count(-1);
}

std::optional<std::string> live::watcher::next() {
  const auto& kept = live_.kept_;
  auto end = live_.first_ + kept.size();
  auto from = std::max(next_, live_.first_);
  if (end - from > live_at_once_max)
    from = end - live_at_once_max;
  auto missed = from - next_;
  next_ = end;
  if (from == end)
    return std::nullopt;
  auto out = R"("missed":)" + std::to_string(missed) + R"(,"messages":[)";
  for (auto at = from; at < end; ++at) {
    if (at > from)
      out += ',';
    out += kept[at - live_.first_];
  }
  return out + "]";
}

} // namespace hyper::actors::trace
