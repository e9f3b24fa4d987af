#define CAF_SUITE net_dht_address_class

#include "net/dht/address_class.hpp"

#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(the edges of the ranges) {
  CAF_CHECK(dht::is_private({172, 31, 255, 255}));
  CAF_CHECK(!dht::is_private({172, 32, 0, 0}));
  CAF_CHECK(dht::is_private({100, 127, 255, 255}));
  CAF_CHECK(!dht::is_private({100, 128, 0, 0}));
  CAF_CHECK(dht::is_reserved({198, 19, 255, 255}));
  CAF_CHECK(!dht::is_reserved({198, 20, 0, 0}));
  CAF_CHECK(!dht::is_reserved({223, 255, 255, 255}));
  CAF_CHECK(!dht::is_reserved({127, 0, 0, 1}));
}

CAF_TEST(where a datagram may be sent) {
  CAF_CHECK(dht::is_sendable({{127, 0, 0, 1}, 1}));
  CAF_CHECK(!dht::is_sendable({{127, 0, 0, 1}, 0}));
  CAF_CHECK(!dht::is_sendable({{0, 0, 0, 0}, 1}));
  CAF_CHECK(!dht::is_sendable({{239, 1, 1, 1}, 1}));
  CAF_CHECK(!dht::is_sendable({{255, 255, 255, 255}, 1}));
}

CAF_TEST(no address is both private and reserved) {
  HYPER_PROPERTY("disjoint", [](std::uint32_t raw) {
    dht::ipv4_host host{static_cast<std::uint8_t>(raw >> 24),
                        static_cast<std::uint8_t>(raw >> 16),
                        static_cast<std::uint8_t>(raw >> 8),
                        static_cast<std::uint8_t>(raw)};
    RC_ASSERT(!(dht::is_private(host) && dht::is_reserved(host)));
  });
}
