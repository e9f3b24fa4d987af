#define CAF_SUITE registry_layout

#include "store/registry/layout.hpp"

#include "base/codec.hpp"
#include "base/text.hpp"
#include "store/bee/keys.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::registry;

CAF_TEST(rows of short names are in the order of the tree) {
  HYPER_PROPERTY("order", [](const std::string& left,
                             const std::string& right) {
    RC_PRE(left.size() <= bee::short_name_max);
    RC_PRE(right.size() <= bee::short_name_max);
    auto one = bee::encode_name(left);
    auto other = bee::encode_name(right);
    RC_ASSERT(base::less(name_key(row_key(one)), name_key(row_key(other))) ==
              base::less(one, other));
  });
}

CAF_TEST(every key fits into a store) {
  for (std::size_t size : {0u, 252u, 253u, 1024u, 100000u}) {
    auto row = row_key(bee::encode_name(std::string(size, 'x')));
    CAF_CHECK(name_key(row).size() <= 511);
    CAF_CHECK(event_key(row, base::uint_max).size() <= 511);
  }
}

CAF_TEST(long names lie behind all short ones) {
  auto last = bee::encode_name(std::string(252, '\xff'));
  auto first = bee::encode_name(std::string(256, '\0'));
  CAF_CHECK(base::less(row_key(last), row_key(first)));
  auto run = short_names({}, std::nullopt);
  CAF_CHECK(base::less(name_key(row_key(last)), run.until));
  CAF_CHECK(!base::less(name_key(row_key(first)), run.until));
}

CAF_TEST(events are in the order of the log) {
  auto row = row_key(bee::encode_name("bob"));
  CAF_CHECK(base::less(event_key(row, 255), event_key(row, 256)));
  CAF_CHECK(*seq_at_end(event_key(row, 123456789)) == 123456789u);
  CAF_CHECK(!seq_at_end(base::bytes(7)).ok());
}

CAF_TEST(state and rows survive a round trip and damage is an error) {
  auto store = kv::make_memory_store();
  CAF_CHECK(*read_state(**store->read()) == state{});
  state one{7, 3, 5, 2, 1};
  CAF_REQUIRE(store->commit({{state_key(), encode(one)}}).ok());
  CAF_CHECK(*read_state(**store->read()) == one);
  test::mutate(encode(one), 100, [&](base::bytes_view bad) {
    CAF_REQUIRE(store->commit({{state_key(), base::to_bytes(bad)}}).ok());
    CAF_CHECK(bad.size() == 6 || !read_state(**store->read()).ok());
    CAF_CHECK(!decode_name_row({}).ok());
    CAF_CHECK(decode_name_row(bad).ok() || bad.empty() || bad[0] > 0xfc);
  });
}

CAF_TEST(tables of a newer program are refused) {
  auto store = kv::make_memory_store();
  auto newer = encode(state{});
  newer.front() = tables_version + 1;
  CAF_REQUIRE(store->commit({{state_key(), newer}}).ok());
  auto read = read_state(**store->read());
  CAF_REQUIRE(!read.ok());
  CAF_CHECK(read.failure().code == base::errc::refused);
}
