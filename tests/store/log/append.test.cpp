#define CAF_SUITE log_append

#include "store/log/append.hpp"

#include "tests/store/log/arbitrary_log.hpp"
#include "tests/store/log/written_log.hpp"
#include "tests/support/faulty_store.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(no block is no change) {
  test::written_log written;
  auto made = log::append(written.id(), written.head(), {}, written.pair());
  CAF_CHECK(made->writes.empty());
  CAF_CHECK(made->next == written.head());
}

CAF_TEST(law_L3_an append changes nothing until it is committed) {
  test::written_log written;
  written.append_numbered(3);
  auto before = written.head();
  std::vector<base::bytes> blocks{{1}, {2}};
  auto made = log::append(written.id(), before, blocks, written.pair());
  CAF_REQUIRE(made);
  CAF_CHECK_EQUAL(made->next.length(), 5u);
  CAF_CHECK(*log::read_head(*written.now()) == before);
  CAF_CHECK(!*log::read_block(*written.now(), 3));
}

CAF_TEST(a block of the largest size fits and one byte more does not ) {
  test::written_log written;
  std::vector<base::bytes> blocks{base::bytes(log::block_size_max)};
  CAF_CHECK(log::append(written.id(), {}, blocks, written.pair()).ok());
  blocks[0].push_back(0);
  auto made = log::append(written.id(), {}, blocks, written.pair());
  CAF_REQUIRE(!made);
  CAF_CHECK(made.failure().code == base::errc::limit);
}

CAF_TEST(a full log takes no block) {
  test::written_log written;
  auto whole = base::flat_tree::roots(log::log_length_max).front();
  log::head full{0, {{whole, 0, {}}}, {}};
  std::vector<base::bytes> blocks{{1}};
  auto made = log::append(written.id(), full, blocks, written.pair());
  CAF_REQUIRE(!made);
  CAF_CHECK(made.failure().code == base::errc::limit);
}

CAF_TEST(law_L3_a commit that fails leaves the log as it was) {
  for (std::size_t n = 0; n < 6; ++n) {
    test::faulty_store store{{.fail_from = n, .fail_count = 1}};
    auto pair = base::make_key_pair({1});
    auto who = log::single_signer_manifest(pair.pub);
    auto opened = log::open_writer(store, who);
    if (!opened)
      opened = log::open_writer(store, who);
    CAF_REQUIRE(opened);
    auto state = *opened;
    for (int i = 0; i < 5; ++i) {
      std::vector<base::bytes> blocks{{1}, {2}};
      auto made = log::append({state.key, who}, state.current, blocks, pair);
      if (store.commit(made->writes))
        state.current = made->next;
      auto reopened = log::open_writer(store, who);
      CAF_REQUIRE(reopened);
      CAF_CHECK(reopened->current == state.current);
    }
    CAF_CHECK_EQUAL(state.current.length(), n == 0 ? 10u : 8u);
  }
}

CAF_TEST(cutting leaves nothing behind) {
  test::written_log written;
  written.append_numbered(11);
  written.truncate(6);
  CAF_CHECK_EQUAL(written.head().fork, 1u);
  CAF_CHECK_EQUAL(written.head().length(), 6u);
  test::written_log shorter;
  shorter.append_numbered(6);
  CAF_CHECK_EQUAL(written.node_count(), shorter.node_count());
  CAF_CHECK(written.head().roots == shorter.head().roots);
  CAF_CHECK(written.head().signature != shorter.head().signature);
  written.truncate(0);
  CAF_CHECK_EQUAL(written.node_count(), 0u);
  CAF_CHECK(written.head().signature.empty());
  CAF_CHECK(log::open_writer(written.store(), written.id().who).ok());
}

CAF_TEST(properties) {
  HYPER_PROPERTY("a group makes the same log as its blocks one by one", [] {
    auto blocks = test::arbitrary_blocks(40);
    test::written_log grouped;
    grouped.append(blocks);
    test::written_log single;
    for (const auto& block : blocks)
      single.append({block});
    RC_ASSERT(grouped.head() == single.head());
    RC_ASSERT(grouped.node_count() == single.node_count());
  });
  HYPER_PROPERTY("what an overlay shows is what the commit makes", [] {
    test::written_log written;
    written.append(test::arbitrary_blocks(20));
    auto blocks = test::arbitrary_blocks(20);
    auto made =
        log::append(written.id(), written.head(), blocks, written.pair());
    auto below = written.now();
    auto pending = kv::make_overlay(*below, made->writes);
    RC_ASSERT(*log::read_head(*pending) == made->next);
    written.append(blocks);
    RC_ASSERT(*log::read_head(*written.now()) == made->next);
  });
  HYPER_PROPERTY("a cut log grows like one that never was longer", [] {
    auto blocks = test::arbitrary_blocks(40);
    auto kept = test::arbitrary_number(0, blocks.size() + 1);
    test::written_log cut;
    cut.append(blocks);
    cut.truncate(kept);
    auto more = test::arbitrary_blocks(10);
    cut.append(more);
    blocks.resize(kept);
    blocks.insert(blocks.end(), more.begin(), more.end());
    test::written_log straight;
    straight.append(blocks);
    RC_ASSERT(cut.head().roots == straight.head().roots);
    RC_ASSERT(cut.node_count() == straight.node_count());
  });
}
