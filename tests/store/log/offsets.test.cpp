#define CAF_SUITE log_offsets

#include "store/log/offsets.hpp"

#include "tests/store/log/arbitrary_log.hpp"
#include "tests/store/log/written_log.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
namespace flat = base::flat_tree;

CAF_TEST(outside of the log there is no byte) {
  test::written_log written;
  written.append({{1, 2}, {3}});
  auto now = written.now();
  CAF_CHECK(*log::byte_offset(*now, written.head(), 4) == 3);
  CAF_CHECK(!log::byte_offset(*now, written.head(), 6));
  CAF_CHECK(*log::seek(*now, written.head(), 3) == (log::position{2, 0}));
  auto beyond = log::seek(*now, written.head(), 4);
  CAF_REQUIRE(!beyond);
  CAF_CHECK(beyond.failure().code == base::errc::not_found);
}

CAF_TEST(an empty log has one position) {
  test::written_log written;
  CAF_CHECK(*log::seek(*written.now(), {}, 0) == log::position{});
  CAF_CHECK(!log::seek(*written.now(), {}, 1));
  CAF_CHECK(*log::byte_offset(*written.now(), {}, 0) == 0);
}

CAF_TEST(without the nodes there is no answer) {
  test::written_log written;
  written.append_numbered(8);
  auto empty = kv::make_memory_store();
  auto nothing = *empty->read();
  auto offset = log::byte_offset(*nothing, written.head(), 6);
  CAF_REQUIRE(!offset);
  CAF_CHECK(offset.failure().code == base::errc::not_found);
  CAF_CHECK(!log::seek(*nothing, written.head(), 9));
}

CAF_TEST(properties) {
  HYPER_PROPERTY("offsets are sums and seeking undoes them", [] {
    auto blocks = test::arbitrary_blocks(40);
    test::written_log written;
    written.append(blocks);
    auto now = written.now();
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < blocks.size(); ++i) {
      RC_ASSERT(*log::byte_offset(*now, written.head(), 2 * i) == sum);
      for (std::uint64_t k = 1; k < blocks[i].size(); ++k)
        RC_ASSERT(*log::seek(*now, written.head(), sum + k) ==
                  (log::position{i, k}));
      sum += blocks[i].size();
    }
    RC_ASSERT(sum == written.head().byte_length());
    RC_ASSERT(!log::seek(*now, written.head(), sum + 1));
  });
  HYPER_PROPERTY("a node begins where its first block does", [] {
    test::written_log written;
    written.append(test::arbitrary_blocks(40));
    RC_PRE(written.head().length() > 0);
    auto node = test::arbitrary_number(0, 2 * written.head().length() - 1);
    RC_ASSERT(*log::byte_offset(*written.now(), written.head(), node) ==
              *log::byte_offset(*written.now(), written.head(),
                                flat::first_leaf(node)));
  });
}
