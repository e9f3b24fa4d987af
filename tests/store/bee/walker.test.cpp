#define CAF_SUITE bee_walker

#include "store/bee/walker.hpp"

#include "store/bee/diff.hpp"
#include "tests/store/bee/memory_log.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

// Trees that no writer makes. Whatever they are, every call ends.

using namespace hyper;
using namespace hyper::bee;
using namespace hyper::test;

namespace {

/// The header and one block.
memory_log one_block(const std::vector<level>& levels) {
  memory_log log;
  log.blocks.append(encode(header{}));
  log.blocks.append(make_block(levels, "k", "v"));
  return log;
}

bool ends_in_error(const listing& found) {
  return !found.empty() && found.back().first == "!";
}

/// Reads and writes everything that can be asked of a log.
void ask_everything(const memory_blocks& blocks) {
  tree newest{blocks, blocks.length()};
  for (const char* key : {"", "a", "k", "z"}) {
    auto found = newest.get(base::as_bytes(key));
    CAF_CHECK(!found || !*found || (*found)->seq < blocks.length());
  }
  auto forward = read_all(newest.entries());
  range_options backward;
  backward.reverse = true;
  backward.keys.lte = base::to_bytes("k");
  auto back = read_all(newest.entries(backward));
  auto most = 9 * (2 * blocks.length() + depth_max);
  CAF_CHECK(forward.size() <= most * level_keys_max);
  diff changes{newest, newest.checkout(blocks.length() / 2)};
  std::size_t count = 0;
  for (auto got = changes.next(); got && *got; got = changes.next())
    ++count;
  CAF_CHECK(count <= 2 * most * level_keys_max);
  for (bool is_put : {true, false}) {
    working_tree memory;
    writer to{blocks, blocks.length(), memory};
    bool good = is_put ? to.put(base::as_bytes("k"), std::nullopt).ok()
                       : to.del(base::as_bytes("k")).ok();
    CAF_CHECK(good || to.blocks().size() <= 1);
  }
}

} // namespace

CAF_TEST(a child that is its own ancestor ends every call with an error) {
  auto log = one_block({{{1}, {{1, 0}, {1, 0}}}});
  CAF_CHECK_EQUAL(value_of(log.now(), "a"), "!");
  CAF_CHECK_EQUAL(value_of(log.now(), "k"), "v");
  CAF_CHECK(ends_in_error(read_all(log.now().entries())));
  CAF_CHECK(!log.put("a", "v"));
  CAF_CHECK(!log.del("a"));
  CAF_CHECK(!log.del("k"));
  CAF_CHECK_EQUAL(log.blocks.length(), 2u);
}

CAF_TEST(a child may not lie in a newer block than its parent) {
  memory_log log;
  log.put("a", "1");
  log.put("b", "2");
  log.blocks.append(make_block({{{1}, {{3, 1}, {4, 0}}}, {{}, {}}}, "c", "3"));
  CAF_CHECK_EQUAL(value_of(log.now(), "a"), "1");
  CAF_CHECK_EQUAL(value_of(log.now(), "b"), "!");
}

CAF_TEST(many ways through few nodes end by their number) {
  // 60 levels of nine children each: 9^60 ways.
  std::vector<level> levels;
  for (std::uint64_t i = 1; i < 60; ++i) {
    level one;
    one.keys.assign(8, 1);
    one.children.assign(9, {1, i});
    levels.push_back(one);
  }
  levels.emplace_back();
  auto log = one_block(levels);
  auto found = read_all(log.now().entries());
  CAF_CHECK(ends_in_error(found));
  CAF_CHECK(found.size() < 1000);
  ask_everything(log.blocks);
}

CAF_TEST(what is wrong is found when it is reached) {
  // Two keys and one child: left of both keys all is well.
  memory_log log;
  log.put("a", "1");
  log.put("k", "2");
  log.blocks.append(make_block({{{2}, {{1, 0}}}}, "z", "3"));
  CAF_CHECK_EQUAL(value_of(log.now(), "a"), "1");
  CAF_CHECK_EQUAL(value_of(log.now(), "z"), "!");
  CAF_CHECK_EQUAL(read_all(log.now().entries()).size(), 3u);
  CAF_CHECK(!log.put("b", "4"));
}

CAF_TEST(recorded and spoiled logs with flipped bits end every call) {
  auto file = load_vectors("hyperbee.json");
  for (const auto& one : file.at("spoiled").as_array()) {
    memory_blocks blocks;
    for (const auto& block : one.at("blocks").as_array())
      blocks.append(hex(block));
    ask_everything(blocks);
  }
  memory_log log;
  for (int i = 0; i < 40; ++i)
    log.put(key_of(static_cast<std::uint8_t>(i)), "v");
  auto last = log.blocks.blocks().back();
  mutate(last, 300, [&](base::bytes_view bad) {
    auto blocks = log.blocks.blocks();
    blocks.back() = base::to_bytes(bad);
    ask_everything(memory_blocks{blocks});
  });
}
