#define CAF_SUITE registry_replica

#include "store/registry/replica.hpp"

#include "store/kv/overlay.hpp"
#include "tests/store/bee/memory_log.hpp"
#include "tests/store/registry/world.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::registry;
using namespace hyper::test;

namespace {

/// Everything in a store's tables.
std::vector<std::pair<base::bytes, base::bytes>>
tables_of(const kv::snapshot& from) {
  std::vector<std::pair<base::bytes, base::bytes>> out;
  auto keys = all_tables();
  auto done =
      from.scan(keys.from, keys.until, kv::direction::forward,
                [&](base::bytes_view key, base::bytes_view value) {
                  out.emplace_back(base::to_bytes(key), base::to_bytes(value));
                  return true;
                });
  CAF_CHECK(done.ok());
  return out;
}

/// The blocks of `from` in [first, end), as the log stores them.
kv::batch blocks_of(const kv::snapshot& from, std::uint64_t first,
                    std::uint64_t end) {
  kv::batch out;
  for (auto seq = first; seq < end; ++seq)
    out.push_back(
        log::block_record(seq, base::to_bytes(**log::read_block(from, seq))));
  return out;
}

/// Stores blocks and what they are folded to in one commit.
void take_in(kv::store& to, kv::batch blocks, std::uint64_t until) {
  auto below = *to.read();
  kv::overlay with_blocks{*below};
  with_blocks.apply(blocks);
  auto more = catch_up(with_blocks, until);
  CAF_REQUIRE(more.ok());
  CAF_REQUIRE(!more->stopped);
  for (auto& one : more->writes)
    blocks.push_back(std::move(one));
  CAF_REQUIRE(to.commit(blocks).ok());
}

world busy_registry() {
  world here;
  for (std::uint8_t i = 0; i < 100; ++i) {
    auto name = "n" + std::to_string(i % 30);
    here.run({put(name, i), del("n" + std::to_string(i % 7), i)});
  }
  return here;
}

} // namespace

CAF_TEST(a replica has the tables of its server in steps of any size) {
  auto server = busy_registry();
  auto served = server.read();
  auto length = server.head.length();
  HYPER_PROPERTY("steps", [&] {
    auto copy = kv::make_memory_store();
    for (std::uint64_t at = 0; at < length;) {
      auto size = *rc::gen::inRange<std::uint64_t>(1, 40);
      auto end = std::min(at + size, length);
      take_in(*copy, blocks_of(*served, at, end), end);
      RC_ASSERT(view{**copy->read()}.now()->applied == end);
      at = end;
    }
    RC_ASSERT(tables_of(**copy->read()) == tables_of(*served));
  });
}

CAF_TEST(one call folds at most so many blocks) {
  auto store = kv::make_memory_store();
  kv::batch blocks;
  auto block = make_block({{{1}, {}}},
                          "\x01"
                          "a",
                          std::string(32, 'k'));
  for (std::uint64_t seq = 0; seq < fold_blocks_max + 10; ++seq)
    blocks.push_back(log::block_record(seq, block));
  CAF_REQUIRE(store->commit(blocks).ok());
  auto first = catch_up(**store->read(), fold_blocks_max + 10);
  CAF_REQUIRE(first.ok());
  CAF_CHECK_EQUAL(first->applied, fold_blocks_max);
  CAF_REQUIRE(store->commit(first->writes).ok());
  CAF_CHECK(catch_up(**store->read(), fold_blocks_max + 10)->applied ==
            fold_blocks_max + 10);
}

CAF_TEST(a spoiled block stops the view where it was with a message) {
  auto server = busy_registry();
  auto from = server.read();
  auto good = base::to_bytes(**log::read_block(*from, 5));
  auto copy = kv::make_memory_store();
  take_in(*copy, blocks_of(*from, 0, 5), 5);
  auto before = tables_of(**copy->read());
  mutate(good, 200, [&](base::bytes_view bad) {
    CAF_REQUIRE(copy->commit({log::block_record(5, base::to_bytes(bad))}).ok());
    auto more = catch_up(**copy->read(), 6);
    CAF_REQUIRE(more.ok());
    CAF_CHECK_EQUAL(more->applied, more->stopped ? 5u : 6u);
    if (!more->stopped)
      return;
    CAF_CHECK(more->writes.empty());
    CAF_CHECK(more->stopped->message.find("block 5") != std::string::npos);
  });
  CAF_CHECK(tables_of(**copy->read()) == before);
}

CAF_TEST(blocks before a spoiled one are shown) {
  world here;
  here.run({put("a", 1)});
  here.append_raw(make_block({{{2}, {}}},
                             "\x01"
                             "b",
                             std::string(32, '\x02')));
  here.append_raw(base::to_bytes("junk"));
  auto more = catch_up(*here.read(), 4);
  CAF_REQUIRE(more.ok());
  CAF_CHECK(more->stopped.has_value());
  CAF_CHECK_EQUAL(more->applied, 3u);
  CAF_REQUIRE(here.store->commit(more->writes).ok());
  CAF_CHECK(names_in(*here.read()) == (names{"a", "b"}));
}

CAF_TEST(a block that is not here is an error of the store) {
  auto store = kv::make_memory_store();
  auto more = catch_up(**store->read(), 1);
  CAF_REQUIRE(!more.ok());
  CAF_CHECK(more.failure().code == base::errc::not_found);
}

CAF_TEST(a view that is longer than its log is refused and can be emptied) {
  auto server = busy_registry();
  CAF_CHECK(!catch_up(*server.read(), 3).ok());
  auto gone = forget(*server.read());
  CAF_REQUIRE(gone.ok() && server.store->commit(*gone).ok());
  CAF_CHECK(tables_of(*server.read()).empty());
  CAF_CHECK(catch_up(*server.read(), 3)->applied == 3u);
}

CAF_TEST(recorded logs of the original are folded) {
  auto file = load_vectors("hyperbee.json");
  const auto& run = file.at("long").as_object();
  auto copy = kv::make_memory_store();
  kv::batch blocks;
  std::uint64_t seq = 0;
  for (const auto& block : run.at("blocks").as_array())
    blocks.push_back(log::block_record(seq++, hex(block)));
  take_in(*copy, blocks, seq);
  names want;
  for (const auto& one : run.at("contents").as_array())
    want.push_back(text(one.at(1)));
  CAF_CHECK(names_in(**copy->read()) == want);
}
