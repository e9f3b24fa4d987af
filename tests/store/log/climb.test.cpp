#define CAF_SUITE log_climb

#include "store/log/climb.hpp"

#include "tests/store/log/arbitrary_log.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

namespace {

struct eight_blocks {
  std::vector<base::bytes> blocks = test::numbered_blocks(8);
  log::tree whole;

  eight_blocks() {
    for (const auto& block : blocks)
      whole.append(block);
  }

  base::tree_node node(std::uint64_t index) const {
    for (const auto& made : whole.made())
      if (made.index == index)
        return made;
    return {};
  }

  std::vector<base::tree_node>
  nodes(std::initializer_list<std::uint64_t> indexes) const {
    std::vector<base::tree_node> list;
    for (auto index : indexes)
      list.push_back(node(index));
    return list;
  }

  base::proof block_proof(std::initializer_list<std::uint64_t> indexes) const {
    base::proof proof;
    proof.block = base::block_part{2, blocks[2], nodes(indexes)};
    return proof;
  }

  log::tree first(std::size_t length) const {
    log::tree made;
    for (std::size_t i = 0; i < length; ++i)
      made.append(blocks[i]);
    return log::tree{made.roots()};
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(climb, eight_blocks)

CAF_TEST(siblings lead from a block to a node) {
  auto done = log::climb(block_proof({6, 1, 11}));
  CAF_REQUIRE(done);
  CAF_CHECK(done->root == node(7));
  CAF_CHECK_EQUAL(done->nodes.size(), 6u);
  CAF_CHECK(log::climb(block_proof({}))->root == node(4));
  CAF_CHECK(log::climb(block_proof({6}))->root == node(5));
}

CAF_TEST(nodes in the wrong place end the climb) {
  CAF_CHECK(!log::climb(block_proof({1, 6})));
  CAF_CHECK(!log::climb(block_proof({6, 1, 11, 7})));
  CAF_CHECK(!log::climb(block_proof({4})));
}

CAF_TEST(a proof without these parts leads nowhere) {
  CAF_CHECK(!log::climb({})->root);
  base::proof proof;
  proof.hash = base::hash_part{5, {}};
  CAF_CHECK(!log::climb(proof));
}

CAF_TEST(a sought node stands in for one of the list) {
  auto proof = block_proof({6, 1});
  proof.seek = base::seek_part{50, nodes({10, 8, 13})};
  CAF_CHECK(log::climb(proof)->root == node(7));
  proof.seek->nodes.pop_back();
  CAF_CHECK(!log::climb(proof));
}

CAF_TEST(a block past every log does not climb) {
  base::proof proof;
  proof.block = base::block_part{base::uint_max, {}, {}};
  CAF_CHECK(!log::climb(proof));
}

CAF_TEST(an upgrade grows exactly as far as it says) {
  base::upgrade_part upgrade{3, 4, nodes({6, 9, 12}), {}, {}};
  auto done = log::grow(first(3), upgrade, {});
  CAF_REQUIRE(done);
  CAF_CHECK_EQUAL(done->reached.length(), 7u);
  CAF_CHECK(!done->used_root);
  CAF_CHECK(!log::grow(first(2), upgrade, {}));
  upgrade.nodes.push_back(node(14));
  CAF_CHECK(!log::grow(first(3), upgrade, {}));
  upgrade.nodes = nodes({6, 9});
  CAF_CHECK(!log::grow(first(3), upgrade, {}));
  CAF_CHECK(log::grow(first(3), upgrade, node(12))->used_root);
}

CAF_TEST(additional nodes go on from there) {
  base::upgrade_part upgrade{3, 2, nodes({6, 8}), nodes({10, 13}), {}};
  auto done = log::grow(first(3), upgrade, {});
  CAF_REQUIRE(done);
  CAF_CHECK_EQUAL(done->asked.length(), 5u);
  CAF_CHECK_EQUAL(done->reached.length(), 8u);
  CAF_CHECK(done->reached.roots() == whole.roots());
  upgrade.additional_nodes = nodes({13, 10});
  CAF_CHECK(!log::grow(first(3), upgrade, {}));
}

CAF_TEST(an upgrade by nothing or beyond the bound is none) {
  CAF_CHECK(!log::grow(first(3), {3, 0, {}, {}, {}}, {}));
  CAF_CHECK(!log::grow(first(3), {3, base::uint_max, {}, {}, {}}, {}));
}

CAF_TEST_FIXTURE_SCOPE_END()
