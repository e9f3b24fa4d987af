#define CAF_SUITE log_proof_plan

#include "store/log/proof_plan.hpp"

#include "store/log/merkle.hpp"
#include "tests/store/log/arbitrary_log.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using list = std::vector<std::uint64_t>;

CAF_TEST(a block goes before a hash) {
  base::proof_request request;
  CAF_CHECK(!log::wanted_in(request));
  request.hash = base::proof_target{5, 1};
  CAF_CHECK(log::wanted_in(request)->index == 5);
  CAF_CHECK_EQUAL(log::wanted_in(request)->last_block(), 3u);
  request.block = base::proof_target{5, 2};
  CAF_CHECK(log::wanted_in(request)->index == 10);
  CAF_CHECK(log::wanted_in(request)->is_block);
}

CAF_TEST(climbing ends below the end of the log) {
  CAF_CHECK(log::climbed_from({2, 0, true}, 40) == 2u);
  CAF_CHECK(log::climbed_from({2, 2, true}, 40) == 3u);
  CAF_CHECK(log::climbed_from({2, 4, true}, 40) == 15u);
  CAF_CHECK(!log::climbed_from({2, 5, true}, 40));
  CAF_CHECK(!log::climbed_from({2, base::uint_max, true}, 40));
  CAF_CHECK(!log::climbed_from({base::uint_max - 1, base::uint_max, true}, 2));
}

CAF_TEST(a block lists its siblings and a hash itself as well) {
  log::planner block{log::wanted_node{4, 0, true}, {}};
  block.prove_below(7);
  CAF_CHECK_EQUAL(*block.plan().wanted, (list{6, 1, 11}));
  log::planner hash{log::wanted_node{4, 0, false}, {}};
  hash.prove_below(7);
  CAF_CHECK_EQUAL(*hash.plan().wanted, (list{4, 6, 1, 11}));
}

CAF_TEST(a seek takes over where the paths part) {
  log::planner both{log::wanted_node{0, 0, true}, 10};
  both.prove_below(7);
  CAF_CHECK_EQUAL(*both.plan().wanted, (list{2, 5}));
  CAF_CHECK_EQUAL(*both.plan().seek, (list{10, 8, 13}));
}

CAF_TEST(a seek that meets the path needs no list) {
  log::planner both{log::wanted_node{0, 0, true}, 5};
  both.prove_below(7);
  CAF_CHECK_EQUAL(*both.plan().wanted, (list{2, 5, 11}));
  CAF_CHECK(!both.plan().seek);
}

CAF_TEST(the node that leads to what is wanted is left out) {
  log::planner upgrade{log::wanted_node{18, 0, true}, {}};
  upgrade.grow(5, 20);
  upgrade.add(20, 21);
  CAF_CHECK_EQUAL(upgrade.plan().upgrade, (list{10, 13, 35}));
  CAF_CHECK_EQUAL(*upgrade.plan().wanted, (list{16, 21, 27}));
  CAF_CHECK_EQUAL(upgrade.plan().additional, (list{40}));
}

CAF_TEST(what lies outside of the growth is not proved) {
  log::planner upgrade{log::wanted_node{18, 0, true}, {}};
  upgrade.grow(0, 5);
  CAF_CHECK(!upgrade.plan().wanted);
  CAF_CHECK_EQUAL(upgrade.plan().upgrade, (list{3, 8}));
}

CAF_TEST(a seek alone leads through the growth) {
  log::planner upgrade{{}, 2};
  upgrade.grow(0, 5);
  CAF_CHECK_EQUAL(*upgrade.plan().seek, (list{2, 0, 5}));
  CAF_CHECK_EQUAL(upgrade.plan().upgrade, (list{8}));
}
