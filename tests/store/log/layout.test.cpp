#define CAF_SUITE log_layout

#include "store/log/layout.hpp"

#include "base/text.hpp"
#include "store/log/keys.hpp"
#include "tests/store/log/written_log.hpp"
#include "tests/support/property.hpp"

#include <cstdlib>
#include <fstream>

using namespace hyper;

namespace {

struct fresh_store {
  std::unique_ptr<kv::store> store = kv::make_memory_store();

  std::unique_ptr<kv::snapshot> with(const kv::batch& writes) {
    CAF_REQUIRE(store->commit(writes));
    return *store->read();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(layout, fresh_store)

CAF_TEST(records lie where the page says) {
  auto hex = [](const base::bytes& raw) { return base::to_hex(raw); };
  CAF_CHECK_EQUAL(hex(log::node_record({0x0102, 300, {}}).key),
                  "100000000000000102");
  CAF_CHECK_EQUAL(hex(*log::node_record({7, 300, {}}).value).substr(0, 6),
                  "fd2c01");
  CAF_CHECK_EQUAL(hex(log::block_record(5, {1, 2}).key), "110000000000000005");
  CAF_CHECK_EQUAL(hex(*log::block_record(5, {1, 2}).value), "0102");
  CAF_CHECK_EQUAL(hex(log::head_record({}).key), "01");
  CAF_CHECK_EQUAL(hex(*log::head_record({}).value), "000000");
  CAF_CHECK_EQUAL(hex(log::format_record({}).key), "00");
}

CAF_TEST(the page shows the records of a small log) {
  const auto* source = std::getenv("HYPER_SOURCE");
  std::ifstream in{std::string{source == nullptr ? "." : source} +
                   "/docs/log.md"};
  std::string page{std::istreambuf_iterator<char>{in}, {}};
  test::written_log written;
  written.append(
      {base::to_bytes("one"), base::to_bytes("two"), base::to_bytes("three")});
  auto shown = [&](base::bytes_view key, base::bytes_view value) {
    auto row = base::to_hex(key);
    row.resize(21, ' ');
    CAF_CHECK(page.find(row + base::to_hex(value) + "\n") != page.npos);
    return true;
  };
  CAF_CHECK(written.now()->scan({}, {}, kv::direction::forward, shown));
  CAF_CHECK(page.find(base::to_hex(written.head().hash())) != page.npos);
}

CAF_TEST(what is absent reads as nothing) {
  auto now = *store->read();
  CAF_CHECK(!*log::read_format(*now));
  CAF_CHECK(!*log::read_manifest(*now));
  CAF_CHECK(!*log::read_frozen(*now));
  CAF_CHECK(*log::read_contiguous(*now) == 0);
  CAF_CHECK(!*log::read_node(*now, 3));
  CAF_CHECK(!*log::read_block(*now, 3));
  CAF_CHECK(*log::read_head(*now) == log::head{});
  auto nodes = log::read_nodes(*now, {3});
  CAF_REQUIRE(!nodes);
  CAF_CHECK(nodes.failure().code == base::errc::not_found);
}

CAF_TEST(what was written is read) {
  test::written_log written;
  written.append_numbered(7);
  auto now = written.now();
  CAF_CHECK(*log::read_head(*now) == written.head());
  CAF_CHECK(**log::read_manifest(*now) == written.id().who);
  CAF_CHECK((*log::read_format(*now))->key == written.id().key);
  CAF_CHECK(*log::read_contiguous(*now) == 7);
  std::vector<std::uint64_t> seen;
  CAF_CHECK(log::scan_blocks(
      *now, 5, [&](std::uint64_t block) { seen.push_back(block); }));
  CAF_CHECK_EQUAL(seen, (std::vector<std::uint64_t>{5, 6}));
}

CAF_TEST(large numbers keep their order) {
  auto large = std::uint64_t{1} << 40;
  auto now = with({log::block_record(large, {}), log::block_record(255, {}),
                   log::block_record(256, {})});
  std::vector<std::uint64_t> seen;
  CAF_CHECK(log::scan_blocks(
      *now, 0, [&](std::uint64_t block) { seen.push_back(block); }));
  CAF_CHECK_EQUAL(seen, (std::vector<std::uint64_t>{255, 256, large}));
}

CAF_TEST(damaged records are malformed and name what is damaged) {
  auto bad = [](auto& result) {
    return !result && result.failure().code == base::errc::malformed &&
           result.failure().message.starts_with("log: the store is damaged");
  };
  base::bytes noise{0xff};
  auto now = with({{{0x00}, noise},
                   {{0x01}, noise},
                   {{0x02}, noise},
                   {{0x04}, noise},
                   {log::node_record({4, 0, {}}).key, noise},
                   {{0x11, 0x01}, noise}});
  auto format = log::read_format(*now);
  CAF_CHECK(bad(format));
  auto head = log::read_head(*now);
  CAF_CHECK(bad(head));
  auto manifest = log::read_manifest(*now);
  CAF_CHECK(bad(manifest));
  auto contiguous = log::read_contiguous(*now);
  CAF_CHECK(bad(contiguous));
  auto node = log::read_node(*now, 4);
  CAF_CHECK(bad(node));
  auto blocks = log::scan_blocks(*now, 0, [](std::uint64_t) {});
  CAF_CHECK(bad(blocks));
}

CAF_TEST(a head without its roots is damaged) {
  log::tree tree;
  tree.append(base::bytes{1});
  auto now = with({log::head_record({0, tree.roots(), {}})});
  auto head = log::read_head(*now);
  CAF_REQUIRE(!head);
  CAF_CHECK(head.failure().code == base::errc::malformed);
}

CAF_TEST_FIXTURE_SCOPE_END()
