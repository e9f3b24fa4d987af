#define CAF_SUITE actors_sim_run

#include "actors/sim/run.hpp"

#include "actors/trace/chrome.hpp"

#include <caf/test/unit_test.hpp>

#include <set>

using namespace hyper;
using namespace hyper::actors;
using namespace hyper::actors::sim;

namespace {

plan quiet(std::uint64_t seed) {
  plan out;
  out.seed = seed;
  out.clients = {base::milliseconds{1}, base::milliseconds{2}};
  out.operations = {{0, base::milliseconds{500}, "register alice"},
                    {1, base::milliseconds{500}, "register alice"},
                    {0, base::milliseconds{800}, "register bo"}};
  return out;
}

std::string trace_of(const plan& what) {
  std::string text;
  {
    trace::chrome_sink sink{1, text};
    CAF_CHECK(run(what, &sink).violations.empty());
  }
  return text;
}

fault a_fault(fault_kind what) {
  return {what, base::milliseconds{510}, base::seconds{3}, 0, 1};
}

} // namespace

CAF_TEST(names are registered in virtual time) {
  auto end = run(quiet(1));
  CAF_CHECK(end.violations.empty());
  // Two of the plan, and a register and a deletion of each client at the end.
  CAF_CHECK_EQUAL(end.what.log.size(), 6u);
  CAF_CHECK(end.virtual_time < base::minutes{3});
  CAF_CHECK(end.datagrams > 50);
}

CAF_TEST(the same seed is the same run to the byte) {
  auto noisy = make_plan(3);
  auto first = trace_of(noisy);
  CAF_CHECK(first.size() > 10000);
  CAF_CHECK(first == trace_of(noisy));
  // Watching changes nothing.
  CAF_CHECK_EQUAL(run(noisy).steps, run(noisy).steps);
  CAF_CHECK(first != trace_of(make_plan(4)));
}

CAF_TEST(plans differ and cover every fault) {
  std::set<fault_kind> seen;
  std::size_t calm = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    auto one = make_plan(seed);
    calm += one.is_calm() ? 1 : 0;
    for (const auto& fault : one.faults)
      seen.insert(fault.what);
  }
  CAF_CHECK_EQUAL(seen.size(), 9u);
  CAF_CHECK(calm > 50 && calm < 150);
}

CAF_TEST(each fault is survived in the middle of a register) {
  for (auto what :
       {fault_kind::crash_server, fault_kind::crash_client,
        fault_kind::stop_bootstrap, fault_kind::part, fault_kind::part_clients,
        fault_kind::bad_weather, fault_kind::full_disk,
        fault_kind::full_client_disk, fault_kind::slow_disk}) {
    auto plan = quiet(static_cast<std::uint64_t>(what) + 10);
    plan.faults.push_back(a_fault(what));
    for (const auto& one : run(plan).violations)
      CAF_FAIL("fault " << static_cast<int>(what) << ": " << one);
    CAF_CHECK(true);
  }
}

CAF_TEST(a full disk refuses and a crash loses what was not told) {
  auto plan = quiet(5);
  plan.faults.push_back(
      {fault_kind::full_disk, base::milliseconds{400}, base::seconds{2}, 0, 0});
  auto end = run(plan);
  CAF_CHECK(end.violations.empty());
  CAF_CHECK(end.what.lines[0].answer.find("\"ok\":false") != std::string::npos);
}

CAF_TEST(what a shrunk plan has is part of the plan) {
  // Nothing fails here, so nothing may be left out.
  auto plan = quiet(6);
  auto same = shrink(plan, 3);
  CAF_CHECK_EQUAL(same.operations.size(), plan.operations.size());
}
