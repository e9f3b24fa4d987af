#define CAF_SUITE net_udx_demux

#include "net/udx/demux.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"

#include <set>

using namespace hyper;
using namespace hyper::base;

CAF_TEST(a packet is told from the other datagrams of the socket) {
  auto id_of = [](const char* hex) {
    return udx::stream_id_of(*from_hex(hex));
  };
  CAF_CHECK(id_of("ff010000ddccbbaa000040000100000001000000") == 0xaabbccdd);
  CAF_CHECK(!id_of("ff010000ddccbbaa0000400001000000010000"));
  CAF_CHECK(!id_of("ff020000ddccbbaa000040000100000001000000"));
  CAF_CHECK(!id_of("030000000000000000000000000000000000000000"));
  CAF_CHECK(!id_of("130000000000000000000000000000000000000000"));
  CAF_CHECK(!id_of("00"));
  CAF_CHECK(!id_of(""));
}

CAF_TEST(chosen ids avoid those that are taken) {
  seeded_entropy chance{1};
  std::set<std::uint32_t> taken;
  for (int i = 0; i < 1000; ++i) {
    auto id = udx::choose_id(
        chance, [&](std::uint32_t other) { return taken.contains(other); });
    CAF_REQUIRE(id);
    CAF_REQUIRE(taken.insert(*id).second);
  }
}

CAF_TEST(choosing gives up when everything is taken) {
  seeded_entropy chance{1};
  int asked = 0;
  auto id = udx::choose_id(chance, [&](std::uint32_t) {
    ++asked;
    return true;
  });
  CAF_CHECK(!id);
  CAF_CHECK_EQUAL(asked, udx::choose_id_tries_max);
}
