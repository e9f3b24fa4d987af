#define CAF_SUITE log_merkle

#include "store/log/merkle.hpp"

#include "base/text.hpp"
#include "tests/store/log/arbitrary_log.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
namespace flat = base::flat_tree;

namespace {

log::tree tree_of(const std::vector<base::bytes>& blocks) {
  log::tree made;
  for (const auto& block : blocks)
    made.append(block);
  return made;
}

} // namespace

CAF_TEST(the empty tree has a hash) {
  CAF_CHECK_EQUAL(
      base::to_hex(log::tree{}.hash()),
      "bb30a42c1e62f0afda5f0a4e8a562f7a13a24cea00ee81917b86b89e801314aa");
}

CAF_TEST(an empty block is a leaf) {
  auto tree = tree_of({{}, {}});
  CAF_CHECK_EQUAL(tree.length(), 2u);
  CAF_CHECK_EQUAL(tree.byte_length(), 0u);
  CAF_CHECK(tree.hash() != log::tree{}.hash());
  CAF_CHECK(tree.hash() != tree_of({{}}).hash());
}

CAF_TEST(the order of children is by number) {
  auto left = log::leaf_of(0, base::as_bytes("a"));
  auto right = log::leaf_of(1, base::as_bytes("bc"));
  auto above = log::parent_of(left, right);
  CAF_CHECK(above == log::parent_of(right, left));
  CAF_CHECK_EQUAL(above.index, 1u);
  CAF_CHECK_EQUAL(above.size, 3u);
}

CAF_TEST(appending makes leaves and the parents that they complete) {
  auto tree = tree_of(test::numbered_blocks(4));
  std::vector<std::uint64_t> made;
  for (const auto& node : tree.made())
    made.push_back(node.index);
  CAF_CHECK_EQUAL(made, (std::vector<std::uint64_t>{0, 2, 1, 4, 6, 5, 3}));
}

CAF_TEST(a node is pushed only where the tree ends) {
  auto tree = tree_of(test::numbered_blocks(3));
  auto node = [](std::uint64_t index) { return base::tree_node{index, 1, {}}; };
  for (auto index : {0, 1, 3, 4, 5, 7, 8, 9, 11, 13})
    CAF_CHECK(!tree.push(node(static_cast<std::uint64_t>(index))));
  CAF_CHECK_EQUAL(tree.length(), 3u);
  CAF_CHECK(tree.push(node(6)));
  CAF_CHECK_EQUAL(tree.length(), 4u);
}

CAF_TEST(lengths and sizes have bounds) {
  log::tree tree;
  auto half = flat::index(51, 0);
  CAF_CHECK(!tree.push({flat::index(53, 0), 1, {}}));
  CAF_CHECK(tree.push({half, base::uint_max, {}}));
  CAF_CHECK(!tree.push({flat::sibling(half), 1, {}}));
  CAF_CHECK(tree.push({flat::sibling(half), 0, {}}));
  CAF_CHECK_EQUAL(tree.length(), log::log_length_max);
  CAF_CHECK(!tree.push({2 * log::log_length_max, 0, {}}));
}

CAF_TEST(growth names the fewest nodes) {
  using list = std::vector<std::uint64_t>;
  CAF_CHECK_EQUAL(log::growth(0, 7), (list{3, 9, 12}));
  CAF_CHECK_EQUAL(log::growth(3, 7), (list{6, 9, 12}));
  CAF_CHECK_EQUAL(log::growth(5, 8), (list{10, 13}));
  CAF_CHECK_EQUAL(log::growth(8, 9), (list{16}));
  CAF_CHECK_EQUAL(log::growth(7, 7), list{});
}

CAF_TEST(properties) {
  HYPER_PROPERTY("growing by nodes is growing by blocks", [] {
    auto blocks = test::arbitrary_blocks(40);
    auto whole = tree_of(blocks);
    auto from = *rc::gen::inRange<std::size_t>(0, blocks.size() + 1);
    auto short_tree =
        tree_of({blocks.begin(), blocks.begin() + static_cast<long>(from)});
    log::tree tree{short_tree.roots()};
    for (auto index : log::growth(from, blocks.size()))
      for (const auto& node : whole.made())
        if (node.index == index)
          RC_ASSERT(tree.push(node));
    RC_ASSERT(tree.roots() == whole.roots());
    RC_ASSERT(tree.byte_length() == whole.byte_length());
  });
  HYPER_PROPERTY("every block counts", [] {
    auto blocks = test::arbitrary_blocks(20);
    RC_PRE(!blocks.empty());
    auto before = tree_of(blocks).hash();
    auto which = *rc::gen::inRange<std::size_t>(0, blocks.size());
    blocks[which].push_back(0);
    RC_ASSERT(tree_of(blocks).hash() != before);
  });
}
