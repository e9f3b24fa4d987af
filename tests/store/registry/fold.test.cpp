#define CAF_SUITE registry_fold

#include "store/registry/fold.hpp"

#include "tests/store/bee/memory_log.hpp"
#include "tests/store/registry/world.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::registry;
using namespace hyper::test;

namespace {

/// A block as a writer makes it, for a tree of that one key.
base::bytes block_of(std::uint64_t seq, base::bytes_view key,
                     std::string_view value) {
  return make_block({{{seq}, {}}}, base::as_text(key), value);
}

} // namespace

CAF_TEST(nothing taken in is nothing to write) {
  auto store = kv::make_memory_store();
  auto empty = *store->read();
  auto tables = fold::on(*empty);
  CAF_REQUIRE(tables.ok());
  CAF_CHECK(tables->finish().empty());
}

CAF_TEST(tables that contradict their counts are an error and change nothing) {
  world here;
  here.run({put("bob", 1)});
  auto stored = read_state(*here.read());
  CAF_REQUIRE(stored.ok());
  stored->names = 0;
  CAF_REQUIRE(here.store->commit({{state_key(), encode(*stored)}}).ok());
  auto decided = here.writer.decide(*here.read(), here.head, {{del("bob", 1)}});
  CAF_REQUIRE(!decided.ok());
  CAF_CHECK(decided.failure().code == base::errc::malformed);
}

CAF_TEST(a key that is no name is counted and not shown) {
  world here;
  here.run({});
  here.append_raw(block_of(1,
                           base::as_bytes("\x05"
                                          "bob"),
                           "short"));
  here.append_raw(block_of(2,
                           base::as_bytes("\x01"
                                          "bob"),
                           "left over"));
  auto more = catch_up(*here.read(), 3);
  CAF_REQUIRE(more.ok());
  CAF_CHECK(!more->stopped);
  CAF_REQUIRE(here.store->commit(more->writes).ok());
  auto from = here.read();
  CAF_CHECK(view{*from}.now()->foreign == 2u);
  CAF_CHECK(view{*from}.now()->applied == 3u);
  CAF_CHECK(names_in(*from).empty());
}

CAF_TEST(a value that is no key is shown to nobody and holds its name) {
  world here;
  here.run({});
  here.append_raw(block_of(1, bee::encode_name("bob"), "short"));
  auto more = catch_up(*here.read(), 2);
  CAF_REQUIRE(more.ok() && here.store->commit(more->writes).ok());
  auto from = here.read();
  CAF_CHECK_EQUAL(who(view{*from}.lookup("bob")), "!");
  CAF_CHECK_EQUAL(who(view{*from}.lookup_at("bob", 2)), "!");
  CAF_CHECK_EQUAL(who(view{*from}.lookup_at("bob", 1)), "-");
  CAF_CHECK(names_in(*from).empty());
  CAF_CHECK(view{*from}.now()->names == 1u);
}

CAF_TEST(a value longer than a key is cut) {
  world here;
  here.run({});
  auto value = std::string(32, '\x07') + "and the owner's data";
  here.append_raw(block_of(1, bee::encode_name("bob"), value));
  auto more = catch_up(*here.read(), 2);
  CAF_REQUIRE(more.ok() && here.store->commit(more->writes).ok());
  CAF_CHECK_EQUAL(who(view{*here.read()}.lookup("bob")), "7");
  CAF_CHECK(names_in(*here.read()) == names{"bob"});
}

CAF_TEST(a put over another takes the name from its owner) {
  // The rules of the registry forbid it; a log of other rules may hold it.
  world here;
  here.run({put("bob", 1)});
  here.append_raw(
      block_of(2, bee::encode_name("bob"), std::string(32, '\x02')));
  auto more = catch_up(*here.read(), 3);
  CAF_REQUIRE(more.ok() && here.store->commit(more->writes).ok());
  auto from = here.read();
  CAF_CHECK(view{*from}.now()->names == 1u);
  std::size_t count = 0;
  for (std::uint8_t by = 1; by <= 2; ++by) {
    auto done = view{*from}.names_of(caller(by), {}, [&](const listed& one) {
      CAF_CHECK_EQUAL(one.of.seq, 2u);
      ++count;
      return true;
    });
    CAF_CHECK(done.ok());
  }
  CAF_CHECK_EQUAL(count, 1u);
}
