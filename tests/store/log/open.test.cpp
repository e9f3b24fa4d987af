#define CAF_SUITE log_open

#include "store/log/open.hpp"

#include "tests/store/log/written_log.hpp"
#include "tests/support/faulty_store.hpp"
#include "tests/support/property.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;

namespace {

bool says(const base::result<log::state>& opened, base::errc code,
          std::string_view part) {
  if (opened)
    return false;
  CAF_MESSAGE(opened.failure().message);
  return opened.failure().code == code &&
         opened.failure().message.find(part) != std::string::npos;
}

base::manifest some_manifest(std::uint8_t seed = 1) {
  return log::single_signer_manifest(base::make_key_pair({seed}).pub);
}

kv::batch content_of(kv::store& store) {
  kv::batch all;
  auto now = *store.read();
  auto done =
      now->scan({}, {}, kv::direction::forward,
                [&](base::bytes_view key, base::bytes_view value) {
                  all.push_back({base::to_bytes(key), base::to_bytes(value)});
                  return true;
                });
  CAF_REQUIRE(done);
  return all;
}

} // namespace

CAF_TEST(an empty store becomes a log) {
  auto store = kv::make_memory_store();
  auto opened = log::open_writer(*store, some_manifest());
  CAF_REQUIRE(opened);
  CAF_CHECK(opened->key == log::log_key(some_manifest()));
  CAF_CHECK_EQUAL(opened->current.length(), 0u);
  CAF_CHECK(!opened->frozen);
}

CAF_TEST(law_L3_a log on disk comes back as it was) {
  test::temp_folder place;
  auto pair = base::make_key_pair({1});
  auto who = log::single_signer_manifest(pair.pub);
  log::head written;
  {
    auto store = *kv::open_lmdb(place.path());
    auto opened = *log::open_writer(*store, who);
    std::vector<base::bytes> blocks{{1}, {}, {2, 3}};
    auto made = *log::append({opened.key, who}, opened.current, blocks, pair);
    CAF_REQUIRE(store->commit(made.writes));
    written = made.next;
  }
  auto store = *kv::open_lmdb(place.path());
  auto again = log::open_writer(*store, who);
  CAF_REQUIRE(again);
  CAF_CHECK(again->current == written);
  CAF_CHECK_EQUAL(again->blocks.contiguous(), 3u);
}

CAF_TEST(a reader learns what it has) {
  test::written_log written;
  written.append_numbered(10);
  test::reading_log reader{written.id().key};
  CAF_REQUIRE(reader.upgrade(written));
  for (std::uint64_t block : {0, 1, 5})
    CAF_REQUIRE(reader.fetch(written, block));
  auto again = log::open_reader(reader.store(), written.id().key);
  CAF_REQUIRE(again);
  CAF_CHECK(again->current == reader.head());
  CAF_CHECK(again->who == reader.state().who);
  CAF_CHECK_EQUAL(again->blocks.contiguous(), 2u);
  CAF_CHECK_EQUAL(again->blocks.size(), 3u);
  CAF_CHECK(again->blocks.contains(5));
}

CAF_TEST(a copy of our own log may become the log) {
  auto store = kv::make_memory_store();
  CAF_REQUIRE(log::open_reader(*store, log::log_key(some_manifest())));
  CAF_CHECK(log::open_writer(*store, some_manifest())->who.has_value());
  CAF_CHECK(**log::read_manifest(**store->read()) == some_manifest());
}

CAF_TEST(a store of another log is refused and names it) {
  auto store = kv::make_memory_store();
  CAF_REQUIRE(log::open_writer(*store, some_manifest(1)));
  auto before = content_of(*store);
  auto name = base::to_text(log::log_key(some_manifest(1)));
  CAF_CHECK(says(log::open_writer(*store, some_manifest(2)),
                 base::errc::refused, name));
  CAF_CHECK(content_of(*store) == before);
}

CAF_TEST(a store with something else is refused and left alone) {
  for (auto key : {base::bytes{0x00}, base::bytes{0x41}}) {
    auto store = kv::make_memory_store();
    CAF_REQUIRE(store->commit({{key, base::bytes{1, 2, 3}}}));
    auto before = content_of(*store);
    CAF_CHECK(says(log::open_reader(*store, {}), base::errc::refused,
                   "something else"));
    CAF_CHECK(content_of(*store) == before);
  }
}

CAF_TEST(a store of a later version is refused) {
  auto store = kv::make_memory_store();
  base::writer later;
  later.string("hyper-registry/log");
  later.uint(log::layout_version + 1);
  later.string("what a later version adds");
  CAF_REQUIRE(store->commit({{base::bytes{0x00}, later.release()}}));
  CAF_CHECK(
      says(log::open_reader(*store, {}), base::errc::refused, "newer program"));
}

CAF_TEST(law_L6_an end without a right signature is not loaded) {
  test::written_log written;
  written.append_numbered(5);
  auto forged = written.head();
  forged.signature[10] ^= 1;
  CAF_REQUIRE(written.store().commit({log::head_record(forged)}));
  CAF_CHECK(says(log::open_writer(written.store(), written.id().who),
                 base::errc::malformed, "not signed"));
}

CAF_TEST(blocks that are missing or too many are found) {
  test::written_log written;
  written.append_numbered(5);
  CAF_REQUIRE(written.store().commit({log::no_block_record(4)}));
  CAF_CHECK(says(log::open_writer(written.store(), written.id().who),
                 base::errc::malformed, "blocks are missing"));
  CAF_REQUIRE(written.store().commit(
      {log::block_record(4, {}), log::block_record(5, {})}));
  CAF_CHECK(says(log::open_writer(written.store(), written.id().who),
                 base::errc::malformed, "past its end"));
}

CAF_TEST(a frozen log says so) {
  test::written_log written;
  written.append_numbered(2);
  CAF_REQUIRE(written.store().commit({log::frozen_record({})}));
  CAF_CHECK(log::open_writer(written.store(), written.id().who)->frozen);
}

CAF_TEST(law_L3_a torn first commit is found at the next start) {
  test::faulty_store store{{.tear_at = 0}};
  CAF_CHECK(!log::open_writer(store, some_manifest()));
  store.crash();
  // Half of the batch is the format record: the log is there and is empty.
  CAF_CHECK(log::open_writer(store, some_manifest()).ok());
}

CAF_TEST(law_L3_a torn append is damage and not a shorter log) {
  test::faulty_store store{{.tear_at = 1}};
  auto pair = base::make_key_pair({1});
  auto who = log::single_signer_manifest(pair.pub);
  auto opened = log::open_writer(store, who);
  CAF_REQUIRE(opened);
  std::vector<base::bytes> blocks{{1}, {2}, {3}};
  auto made = log::append({opened->key, who}, opened->current, blocks, pair);
  CAF_CHECK(!store.commit(made->writes));
  store.crash();
  CAF_CHECK(
      says(log::open_writer(store, who), base::errc::malformed, "damaged"));
}

CAF_TEST(law_L3_what a lying disk forgot is a shorter log) {
  test::faulty_store store{{.forget_from = 2}};
  auto pair = base::make_key_pair({1});
  auto who = log::single_signer_manifest(pair.pub);
  auto state = *log::open_writer(store, who);
  for (int i = 0; i < 3; ++i) {
    std::vector<base::bytes> blocks{{1}};
    auto made = *log::append({state.key, who}, state.current, blocks, pair);
    CAF_REQUIRE(store.commit(made.writes));
    state.current = made.next;
  }
  store.crash();
  CAF_CHECK_EQUAL(log::open_writer(store, who)->current.length(), 1u);
}

CAF_TEST(no changed bit of a small store crashes the start) {
  test::written_log written;
  written.append_numbered(3);
  for (const auto& record : content_of(written.store())) {
    test::mutate(*record.value, 64, [&](base::bytes_view bad) {
      auto copy = kv::make_memory_store();
      CAF_REQUIRE(copy->commit(content_of(written.store())));
      CAF_REQUIRE(copy->commit({{record.key, base::to_bytes(bad)}}));
      auto opened = log::open_writer(*copy, written.id().who);
      // What it loads is signed, whatever was changed.
      if (opened && opened->current.length() > 0)
        CAF_CHECK(opened->current == written.head());
    });
  }
}
