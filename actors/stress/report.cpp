#include "actors/stress/report.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace hyper::actors::stress {

namespace {

namespace json = boost::json;

/// Sorted times, in microseconds.
class times {
public:
  void add(base::duration one) { all_.push_back(one.count()); }
  void sort() { std::ranges::sort(all_); }
  std::size_t count() const { return all_.size(); }

  /// In milliseconds; the smallest time that `share` of all do not exceed.
  double at(double share) const {
    if (all_.empty())
      return 0;
    auto rank = static_cast<std::size_t>(
        share * static_cast<double>(all_.size()) + 0.999999);
    return static_cast<double>(
               all_[std::clamp<std::size_t>(rank, 1, all_.size()) - 1]) /
           1e3;
  }

private:
  std::vector<std::int64_t> all_;
};

struct counts {
  std::uint64_t ok = 0;
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t left = 0;
  std::array<times, 4> by_verb;
  times visible;
};

void count(counts& out, const answered& one) {
  auto kind = static_cast<std::size_t>(one.what.what);
  switch (one.how) {
  case end::left:
    ++out.left;
    return;
  case end::timed_out:
  case end::unseen:
    ++out.timeouts;
    return;
  case end::taken:
    ++out.taken;
    break;
  case end::ok:
  case end::already:
    ++out.ok;
    break;
  case end::not_found:
    ++(one.what.what == verb::lookup ? out.ok : out.refused);
    break;
  case end::unauthorized:
  case end::refused:
    ++out.refused;
    break;
  }
  out.by_verb[kind].add(one.ended - one.begun);
  if (one.visible)
    out.visible.add(*one.visible - one.begun);
}

counts count(const summary& what) {
  counts out;
  for (const auto& one : what.told)
    count(out, one);
  for (auto& one : out.by_verb)
    one.sort();
  out.visible.sort();
  return out;
}

constexpr std::array<const char*, 4> verb_names = {"register", "delete",
                                                   "lookup", "list"};

double seconds_of(const summary& what) {
  return std::max(static_cast<double>(what.length.count()) / 1e6, 1e-6);
}

std::string line_of(const char* name, const times& of) {
  std::array<char, 160> out{};
  std::snprintf(out.data(), out.size(),
                "%-9s %8zu %9.3f %9.3f %9.3f %9.3f %9.3f\n", name, of.count(),
                of.at(0.5), of.at(0.9), of.at(0.99), of.at(0.999), of.at(1));
  return out.data();
}

json::object object_of(const times& of) {
  return {{"p50", of.at(0.5)},
          {"p90", of.at(0.9)},
          {"p99", of.at(0.99)},
          {"p999", of.at(0.999)},
          {"max", of.at(1)}};
}

} // namespace

std::string to_text(const summary& what) {
  auto all = count(what);
  std::array<char, 400> head{};
  auto seconds = seconds_of(what);
  std::snprintf(
      head.data(), head.size(),
      "%llu clients, %zu operations in %.1f s: %.0f per second (server: %s)\n"
      "ok %llu, taken %llu, refused %llu, timeouts %llu, left %llu\n"
      "ms           count       p50       p90       p99     p99.9       max\n",
      static_cast<unsigned long long>(what.clients), what.told.size(), seconds,
      static_cast<double>(what.told.size()) / seconds,
      what.ours ? "ours" : "other", static_cast<unsigned long long>(all.ok),
      static_cast<unsigned long long>(all.taken),
      static_cast<unsigned long long>(all.refused),
      static_cast<unsigned long long>(all.timeouts),
      static_cast<unsigned long long>(all.left));
  std::string out = head.data();
  for (std::size_t i = 0; i < verb_names.size(); ++i)
    out += line_of(verb_names[i], all.by_verb[i]);
  out += line_of("visible", all.visible);
  out += "violations: " + std::to_string(what.laws.count) + "\n";
  for (const auto& one : what.laws.violations)
    out += "  " + one + "\n";
  return out;
}

std::string to_json(const summary& what) {
  auto all = count(what);
  auto seconds = seconds_of(what);
  json::object out{
      {"clients", what.clients},
      {"operations", what.told.size()},
      {"ok", all.ok},
      {"taken", all.taken},
      {"refused", all.refused},
      {"timeouts", all.timeouts},
      {"left", all.left},
      {"violations", what.laws.count},
      {"seconds", seconds},
      {"per_second", static_cast<double>(what.told.size()) / seconds},
      {"visible_ms", object_of(all.visible)},
      {"server", what.ours ? "ours" : "other"}};
  for (std::size_t i = 0; i < verb_names.size(); ++i)
    out[std::string{verb_names[i]} + "_ms"] = object_of(all.by_verb[i]);
  json::array words;
  for (const auto& one : what.laws.violations)
    words.push_back(json::string{one});
  out["violation_list"] = std::move(words);
  return json::serialize(out) + "\n";
}

} // namespace hyper::actors::stress
