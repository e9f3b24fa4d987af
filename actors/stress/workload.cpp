#include "actors/stress/workload.hpp"

#include "base/assert.hpp"

namespace hyper::actors::stress {

namespace {

constexpr std::uint64_t scale = 1'000'000;

} // namespace

workload::workload(std::uint64_t seed, std::uint64_t client, const mix& how)
    : chance_(seed * 1'000'003 + client), client_(client), mix_(how) {
  HYPER_ASSERT(how.registers + how.deletions + how.lookups + how.lists > 0);
}

wish workload::next() {
  auto dice = chance_.below(mix_.registers + mix_.deletions + mix_.lookups +
                            mix_.lists);
  wish out;
  if (dice < mix_.registers)
    out.what = verb::register_name;
  else if (dice < mix_.registers + mix_.deletions)
    out.what = verb::delete_name;
  else if (dice < mix_.registers + mix_.deletions + mix_.lookups)
    out.what = verb::lookup;
  else
    return {verb::list, {}};
  auto hot = chance_.below(scale) <
             static_cast<std::uint64_t>(mix_.contention * scale);
  out.name = hot ? "hot-" + std::to_string(chance_.below(hot_names))
                 : own_name(out.what);
  return out;
}

std::string workload::own_name(verb what) {
  if (what == verb::register_name || taken_.empty()) {
    taken_.push_back("c" + std::to_string(client_) + "-" +
                     std::to_string(++names_));
    return taken_.back();
  }
  auto at = taken_.begin() +
            static_cast<std::ptrdiff_t>(chance_.below(taken_.size()));
  auto name = *at;
  if (what == verb::delete_name)
    taken_.erase(at);
  return name;
}

} // namespace hyper::actors::stress
