#define CAF_SUITE bee_block

#include "store/bee/block.hpp"

#include "base/text.hpp"
#include "store/bee/history.hpp"
#include "store/bee/keys.hpp"
#include "store/bee/protobuf.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::bee;

namespace {

base::bytes hex(std::string_view text) {
  return *base::from_hex(text);
}

base::bytes index_of(const std::vector<level>& levels) {
  base::writer out;
  for (const auto& one : levels)
    append_level(out, one);
  return out.release();
}

/// Everything that is read from a block, whatever the block is.
void read_everything(base::bytes_view block) {
  auto header = decode_header(block);
  auto node = decode_node_block(block);
  if (!node)
    return;
  auto levels = decode_index(node->index);
  for (std::uint64_t i = 0; i < 4; ++i) {
    auto one = decode_level(node->index, i);
    if (levels && i < levels->size())
      CAF_CHECK(one.ok() && *one == (*levels)[i]);
  }
  auto deleted = is_deletion(*node, 1);
  CAF_CHECK(deleted.ok() || !levels.ok());
  auto name = decode_name(node->key);
  auto owner = decode_owner(node->value);
  CAF_CHECK(name.ok() || !is_canonical_key(node->key));
  CAF_CHECK(!owner || node->value->size() >= owner_size);
}

} // namespace

CAF_TEST(the first put of a registry is the documented block) {
  auto block = hex("0a050a030a010112070"
                   "66d656c76696e1a02abcd");
  auto node = decode_node_block(block);
  CAF_REQUIRE(node.ok());
  CAF_CHECK_EQUAL(base::to_hex(node->key), "066d656c76696e");
  CAF_CHECK_EQUAL(base::to_hex(*node->value), "abcd");
  CAF_CHECK(*decode_index(node->index) == (std::vector<level>{{{1}, {}}}));
  CAF_CHECK_EQUAL(
      base::to_hex(encode_node_block(node->index, node->key, node->value)),
      base::to_hex(block));
}

CAF_TEST(a header without metadata is ten bytes) {
  CAF_CHECK_EQUAL(base::to_hex(encode(header{})), "0a086879706572626565");
  CAF_CHECK(decode_header(encode(header{}))->protocol == "hyperbee");
  CAF_CHECK(!decode_header(hex("1200")).ok());
}

CAF_TEST(empty lists are left out and empty levels are not ) {
  CAF_CHECK_EQUAL(base::to_hex(index_of({{}})), "0a00");
  CAF_CHECK_EQUAL(base::to_hex(index_of({{{}, {{1, 0}}}})), "0a0412020100");
}

CAF_TEST(an empty value is written and an absent one is not ) {
  auto key = hex("61");
  CAF_CHECK_EQUAL(base::to_hex(encode_node_block({}, key, base::bytes_view{})),
                  "0a001201611a00");
  CAF_CHECK_EQUAL(base::to_hex(encode_node_block({}, key, std::nullopt)),
                  "0a00120161");
}

CAF_TEST(fields may come in any order and unknown ones are skipped) {
  // value, an unknown varint, key, fixed64, fixed32, index, key again
  auto block = hex("1a0176"
                   "2005"
                   "120162"
                   "29"
                   "0000000000000000"
                   "35"
                   "00000000"
                   "0a00"
                   "120161");
  auto node = decode_node_block(block);
  CAF_REQUIRE(node.ok());
  CAF_CHECK_EQUAL(base::to_hex(node->key), "61");
  CAF_CHECK_EQUAL(base::to_hex(*node->value), "76");
}

CAF_TEST(torn and foreign blocks are errors) {
  for (const char* bad : {
           "",             // nothing
           "0a00",         // no key
           "120161",       // no index
           "0a05120161",   // index longer than the block
           "0a0012016123", // a group
           "0a0012016180", // a torn varint
           "0a001201612f", // an unknown wire type
       })
    CAF_CHECK(!decode_node_block(hex(bad)).ok());
}

CAF_TEST(a level with an odd number of child integers is an error) {
  auto index = hex("0a051203010001");
  CAF_CHECK(!decode_index(index).ok());
  CAF_CHECK(!decode_level(index, 0).ok());
}

CAF_TEST(a block has at most so many levels and a level so many keys) {
  std::vector<level> levels(level_count_max);
  CAF_CHECK(decode_index(index_of(levels)).ok());
  levels.emplace_back();
  CAF_CHECK(!decode_index(index_of(levels)).ok());
  CAF_CHECK(decode_level(index_of(levels), level_count_max - 1).ok());
  CAF_CHECK(!decode_level(index_of(levels), level_count_max).ok());
  level wide;
  wide.keys.assign(level_keys_max, 1);
  CAF_CHECK(decode_level(index_of({wide}), 0).ok());
  wide.keys.push_back(1);
  CAF_CHECK(!decode_level(index_of({wide}), 0).ok());
}

CAF_TEST(a deletion has no value and no key of its own number) {
  auto index = index_of({{{3}, {}}, {{7}, {}}});
  node_block block{index, {}, std::nullopt};
  CAF_CHECK(*is_deletion(block, 5) == true);
  CAF_CHECK(*is_deletion(block, 7) == false);
  block.value = base::bytes_view{};
  CAF_CHECK(*is_deletion(block, 5) == false);
}

CAF_TEST(levels survive a round trip) {
  HYPER_PROPERTY("levels", [](const std::vector<std::uint32_t>& keys,
                              const std::vector<std::uint32_t>& children) {
    level one;
    for (auto key : keys)
      one.keys.push_back(key);
    for (auto child : children)
      one.children.push_back({std::uint64_t{child} << 20, child % 9});
    auto index = index_of({{}, one});
    RC_ASSERT(*decode_level(index, 1) == one);
    RC_ASSERT((*decode_index(index))[1] == one);
  });
  HYPER_PROPERTY("header", [](const base::bytes& feed, const base::bytes& data,
                              bool has_feed, bool has_data) {
    header one;
    if (has_feed)
      one.content_feed = feed;
    if (has_data)
      one.user_data = data;
    RC_ASSERT(*decode_header(encode(one)) == one);
  });
}

CAF_TEST(no bytes crash the decoders) {
  auto file = test::load_vectors("hyperbee.json");
  const auto& blocks = file.at("long").at("blocks").as_array();
  for (std::size_t i = 0; i < blocks.size(); i += 37)
    test::mutate(test::hex(blocks[i]), 200, read_everything);
  HYPER_PROPERTY("random bytes",
                 [](const base::bytes& raw) { read_everything(raw); });
}
