#define CAF_SUITE actors_stress_judge

#include "actors/stress/judge.hpp"

#include <caf/test/unit_test.hpp>

#include <algorithm>

// Each kind of violation, written by hand, is found; a good run is clean.

using namespace hyper;
using namespace hyper::actors::stress;

namespace {

base::public_key key_of(std::uint8_t client) {
  base::public_key out{};
  out.fill(client);
  return out;
}

registry::event put(std::uint64_t seq, std::string name, std::uint8_t client) {
  return {seq, registry::action::put, std::move(name), key_of(client)};
}

registry::event del(std::uint64_t seq, std::string name) {
  return {seq, registry::action::del, std::move(name), std::nullopt};
}

answered told(std::uint8_t client, verb what, std::string name, end how,
              std::optional<std::uint64_t> length = std::nullopt) {
  answered out;
  out.client = client;
  out.key = key_of(client);
  out.what = {what, std::move(name)};
  out.how = how;
  out.length = length;
  if (how == end::ok && length)
    out.visible = out.ended;
  return out;
}

answered saw(std::uint8_t client, std::string name, std::uint64_t length,
             std::optional<std::uint8_t> owner) {
  auto out = told(client, verb::lookup, std::move(name),
                  owner ? end::ok : end::not_found, length);
  if (owner)
    out.owner = key_of(*owner);
  return out;
}

struct scene {
  std::vector<registry::event> log = {put(1, "alice", 1), del(2, "alice"),
                                      put(3, "alice", 2)};
  std::vector<answered> all = {
      told(1, verb::register_name, "alice", end::ok, 2),
      saw(2, "alice", 2, 1),
      told(2, verb::register_name, "alice", end::taken),
      told(1, verb::delete_name, "alice", end::ok, 3),
      told(2, verb::register_name, "alice", end::ok, 4),
      told(2, verb::register_name, "alice", end::already),
      saw(1, "alice", 3, std::nullopt),
      saw(1, "alice", 4, 2)};

  judgement judged() const { return judge(all, log, base::seconds{10}); }

  bool breaks(const std::string& law) const {
    auto out = judged();
    return out.count > 0 &&
           std::ranges::all_of(out.violations, [&](const auto& one) {
             return one.starts_with(law);
           });
  }
};

} // namespace

CAF_TEST(a good run is clean) {
  CAF_CHECK_EQUAL(scene{}.judged().count, 0u);
}

CAF_TEST(law_L1 two owners are found) {
  scene bad;
  bad.log[1] = put(2, "alice", 2);
  bad.log.pop_back();
  bad.all = {told(1, verb::register_name, "alice", end::ok, 2),
             told(2, verb::register_name, "alice", end::ok, 3)};
  CAF_CHECK(bad.breaks("L1"));
}

CAF_TEST(law_L3 a lost acknowledged change is found) {
  scene bad;
  bad.all.push_back(told(1, verb::register_name, "carol", end::ok));
  CAF_CHECK(bad.breaks("L3"));
  scene twice; // one block is not two changes
  twice.all.push_back(told(2, verb::register_name, "alice", end::ok));
  CAF_CHECK(twice.breaks("L3"));
  scene never;
  never.all.push_back(told(3, verb::register_name, "alice", end::already));
  CAF_CHECK(never.breaks("L3"));
}

CAF_TEST(law_L4 reads that go back or are wrong are found) {
  scene back;
  back.all.push_back(saw(1, "alice", 3, std::nullopt));
  CAF_CHECK(back.breaks("L4"));
  scene wrong;
  wrong.all[7] = saw(1, "alice", 4, 1);
  CAF_CHECK(wrong.breaks("L4"));
  scene unseen; // its own change at length 4 was visible
  unseen.all.push_back(saw(2, "alice", 3, std::nullopt));
  CAF_CHECK(unseen.breaks("L4"));
}

CAF_TEST(law_L8 a call that ends late is found) {
  scene bad;
  bad.all[2].ended = bad.all[2].begun + base::seconds{60};
  CAF_CHECK(bad.breaks("L8"));
}

CAF_TEST(what a client that left was not told breaks nothing) {
  scene left;
  left.all.push_back(told(3, verb::register_name, "dave", end::left));
  CAF_CHECK_EQUAL(left.judged().count, 0u);
}

CAF_TEST(violations are counted beyond those that are put into words) {
  scene bad;
  for (int i = 0; i < 500; ++i)
    bad.all.push_back(told(1, verb::register_name, "x", end::ok));
  CAF_CHECK_EQUAL(bad.judged().count, 500u);
  CAF_CHECK_EQUAL(bad.judged().violations.size(), violations_max);
}
