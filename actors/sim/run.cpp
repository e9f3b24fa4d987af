#include "actors/sim/run.hpp"

#include "actors/sim/cluster.hpp"

#include <optional>
#include <utility>

namespace hyper::actors::sim {

namespace {

// Once faults have stopped, everything ends within this time; a client that has
// lost its server notices by the transport's timeouts, and a renewed record of
// the DHT may be needed to find it again.
constexpr base::duration settle_max = base::minutes{10};
constexpr base::duration alone_max = base::minutes{2};
constexpr base::duration pause = base::seconds{20};

// A mailbox that is this deep has no limit.
constexpr int depth_limit = 2000;

constexpr std::uint64_t schedule_stream = 7;

base::duration last_fault_of(const plan& what) {
  base::duration out{};
  for (const auto& one : what.faults)
    out = std::max(out, one.begin + one.length);
  return out;
}

} // namespace

outcome run(const plan& what, trace::sink* trace) {
  seeded_chooser choose{what.seed * 31 + schedule_stream};
  // The recorder asks the simulation for the time, which it is part of.
  simulation* clock = nullptr;
  std::optional<trace::recorder> recorder;
  if (trace != nullptr)
    recorder.emplace([&clock] { return clock->now(); }, *trace);
  auto* seen = recorder ? &*recorder : nullptr;
  simulation sim{choose, {}, seen};
  clock = &sim;
  outcome out;
  {
    cluster all{sim, what, seen};
    all.start();
    auto end = base::instant{} + last_fault_of(what) + settle_max;
    sim.run_until(end, [&] { return all.is_settled(); });
    auto settled = all.is_settled();
    if (settled) {
      // What is on its way from before ends within the transport's timeouts.
      sim.run_until(sim.now() + pause, [] { return false; });
      all.ask_in_peace();
      sim.run_until(sim.now() + settle_max, [&] { return all.is_settled(); });
      settled = all.is_settled();
    }
    auto open = all.open_ends();
    if (settled) {
      all.leave_alone();
      sim.run_until(sim.now() + alone_max,
                    [&] { return all.is_all_answered(); });
    }
    out.datagrams = all.datagrams();
    out.what = all.take_history();
    if (!settled)
      out.what.problems.push_back("L2: it does not come to rest:" + open);
  }
  out.steps = sim.steps();
  out.virtual_time = sim.now() - base::instant{};
  if (sim.depth_max() > depth_limit)
    out.what.problems.push_back("L8: a mailbox was " +
                                std::to_string(sim.depth_max()) + " deep");
  out.violations = check(out.what);
  return out;
}

namespace {

// Leaves out one thing after the other as long as the plan still fails.
template <class List>
bool leave_out(plan& best, List plan::*part, std::size_t& tries) {
  bool better = false;
  for (std::size_t i = (best.*part).size(); i > 0 && tries > 0; --i) {
    auto less = best;
    auto& list = less.*part;
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(i) - 1);
    --tries;
    if (run(less).violations.empty())
      continue;
    best = std::move(less);
    better = true;
  }
  return better;
}

} // namespace

plan shrink(const plan& what, std::size_t tries) {
  auto best = what;
  bool better = true;
  while (better && tries > 0) {
    better = leave_out(best, &plan::operations, tries);
    better = leave_out(best, &plan::faults, tries) || better;
  }
  return best;
}

} // namespace hyper::actors::sim
