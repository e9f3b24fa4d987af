#define CAF_SUITE bee_diff

#include "store/bee/diff.hpp"

#include "tests/store/bee/memory_log.hpp"
#include "tests/support/property.hpp"

#include <set>

using namespace hyper;
using namespace hyper::bee;
using namespace hyper::test;

namespace {

/// Block numbers of both sides; 0 where a side is absent.
using pair = std::pair<std::uint64_t, std::uint64_t>;

std::vector<pair> differences(diff changes) {
  std::vector<pair> out;
  for (auto got = changes.next(); got && *got; got = changes.next())
    out.emplace_back((*got)->left ? (*got)->left->seq : 0,
                     (*got)->right ? (*got)->right->seq : 0);
  return out;
}

std::map<std::string, std::uint64_t> places(const tree& version) {
  std::map<std::string, std::uint64_t> out;
  auto entries = version.entries();
  for (auto got = entries.next(); got && *got; got = entries.next())
    out[std::string{base::as_text((*got)->key)}] = (*got)->seq;
  return out;
}

std::vector<pair> expected(const tree& left, const tree& right) {
  auto here = places(left);
  auto there = places(right);
  std::set<std::string> keys;
  for (const auto& side : {here, there})
    for (const auto& one : side)
      keys.insert(one.first);
  std::vector<pair> out;
  for (const auto& key : keys)
    if (here[key] != there[key])
      out.emplace_back(here[key], there[key]);
  return out;
}

/// Counts the blocks that are read.
struct counted_blocks final : block_source {
  base::result<base::bytes_view> block(std::uint64_t seq) const override {
    ++reads;
    return from->block(seq);
  }

  const block_source* from = nullptr;
  mutable std::size_t reads = 0;
};

} // namespace

CAF_TEST(a diff names what differs between any two versions) {
  HYPER_PROPERTY("diff", [](const std::vector<std::uint8_t>& changes) {
    memory_log log;
    for (auto one : changes)
      if (one < 180)
        log.put(key_of(one % 40), "v");
      else
        log.del(key_of(one % 40));
    auto length = log.blocks.length();
    auto left = log.at(*rc::gen::inRange<std::uint64_t>(0, length + 1));
    auto right = log.at(*rc::gen::inRange<std::uint64_t>(0, length + 1));
    RC_ASSERT(differences({left, right}) == expected(left, right));
  });
}

CAF_TEST(a diff stays within its range) {
  memory_log log;
  for (const char* key : {"a", "b", "c", "d"})
    log.put(key, "");
  range keys;
  keys.gt = base::to_bytes("a");
  keys.lte = base::to_bytes("c");
  auto found = differences({log.now(), log.at(1), keys});
  CAF_CHECK(found == (std::vector<pair>{{2, 0}, {3, 0}}));
}

CAF_TEST(shared parts are not opened) {
  memory_log log;
  for (int i = 0; i < 500; ++i)
    log.put("key" + std::to_string(i), "v");
  counted_blocks source;
  source.from = &log.blocks;
  tree newest{source, log.blocks.length()};
  auto found = differences({newest, newest.checkout(newest.length() - 1)});
  CAF_CHECK_EQUAL(found.size(), 1u);
  CAF_CHECK(source.reads < 60);
}

CAF_TEST(a diff of a spoiled version fails once and ends) {
  memory_log log;
  log.put("a", "");
  log.blocks.append(base::to_bytes("junk"));
  diff changes{log.now(), log.at(2)};
  CAF_CHECK(!changes.next().ok());
  CAF_CHECK(!*changes.next());
}
