#define CAF_SUITE actors_stress_workload

#include "actors/stress/workload.hpp"
#include "actors/stress/report.hpp"

#include <boost/json.hpp>
#include <caf/test/unit_test.hpp>

#include <map>

using namespace hyper;
using namespace hyper::actors::stress;

namespace {

std::vector<std::string> some(std::uint64_t seed, std::uint64_t client,
                              const mix& how) {
  workload of{seed, client, how};
  std::vector<std::string> out;
  for (int i = 0; i < 200; ++i) {
    auto one = of.next();
    out.push_back(std::to_string(static_cast<int>(one.what)) + one.name);
  }
  return out;
}

} // namespace

CAF_TEST(the same seed wishes the same) {
  CAF_CHECK(some(1, 2, {}) == some(1, 2, {}));
  CAF_CHECK(some(1, 2, {}) != some(1, 3, {}));
  CAF_CHECK(some(1, 2, {}) != some(2, 2, {}));
}

CAF_TEST(the mix is kept) {
  mix how;
  how.registers = 1;
  how.deletions = 1;
  how.lookups = 2;
  how.lists = 0;
  how.contention = 0.5;
  workload of{7, 1, how};
  std::map<verb, int> seen;
  int hot = 0;
  for (int i = 0; i < 4000; ++i) {
    auto one = of.next();
    ++seen[one.what];
    hot += one.name.starts_with("hot-") ? 1 : 0;
  }
  CAF_CHECK(std::abs(seen[verb::register_name] - 1000) < 150);
  CAF_CHECK(std::abs(seen[verb::lookup] - 2000) < 200);
  CAF_CHECK_EQUAL(seen[verb::list], 0);
  CAF_CHECK(std::abs(hot - 2000) < 200);
}

CAF_TEST(a report has the fields that scripts read) {
  summary all;
  all.clients = 3;
  all.ours = true;
  all.length = base::seconds{2};
  for (int i = 1; i <= 100; ++i) {
    answered one;
    one.what.what = verb::register_name;
    one.how = i <= 90 ? end::ok : i <= 95 ? end::taken : end::timed_out;
    one.ended = one.begun + base::milliseconds{i};
    all.told.push_back(one);
  }
  auto out = boost::json::parse(to_json(all)).as_object();
  CAF_CHECK_EQUAL(out.at("clients").to_number<int>(), 3);
  CAF_CHECK_EQUAL(out.at("operations").to_number<int>(), 100);
  CAF_CHECK_EQUAL(out.at("ok").to_number<int>(), 90);
  CAF_CHECK_EQUAL(out.at("taken").to_number<int>(), 5);
  CAF_CHECK_EQUAL(out.at("timeouts").to_number<int>(), 5);
  CAF_CHECK_EQUAL(out.at("refused").to_number<int>(), 0);
  CAF_CHECK_EQUAL(out.at("violations").to_number<int>(), 0);
  CAF_CHECK_EQUAL(out.at("per_second").to_number<double>(), 50.0);
  CAF_CHECK(out.at("server") == "ours");
  auto times = out.at("register_ms").as_object();
  CAF_CHECK_EQUAL(times.at("p50").to_number<double>(), 48.0);
  CAF_CHECK_EQUAL(times.at("p99").to_number<double>(), 95.0);
  CAF_CHECK_EQUAL(times.at("max").to_number<double>(), 95.0);
  CAF_CHECK(out.contains("visible_ms"));
  CAF_CHECK(to_text(all).find("violations: 0") != std::string::npos);
}
