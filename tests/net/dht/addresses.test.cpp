#define CAF_SUITE net_dht_addresses

#include "net/dht/addresses.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::dht;

CAF_TEST(nobody is at these) {
  CAF_CHECK(!can_be_reached({{1, 2, 3, 4}, 0}));
  CAF_CHECK(!can_be_reached({{0, 0, 0, 0}, 80}));
  CAF_CHECK(!can_be_reached({{0, 1, 2, 3}, 80}));
  CAF_CHECK(!can_be_reached({{224, 0, 0, 1}, 80}));
  CAF_CHECK(!can_be_reached({{239, 255, 255, 255}, 80}));
  CAF_CHECK(!can_be_reached({{255, 255, 255, 255}, 80}));
}

CAF_TEST(somebody may be at these) {
  CAF_CHECK(can_be_reached({{127, 0, 0, 1}, 30001}));
  CAF_CHECK(can_be_reached({{10, 0, 0, 1}, 1}));
  CAF_CHECK(can_be_reached({{192, 0, 2, 2}, 65535}));
  CAF_CHECK(can_be_reached({{223, 255, 255, 255}, 1}));
}

CAF_TEST(the former test nodes) {
  CAF_CHECK(is_retired({{134, 209, 28, 98}, 49738}));
  CAF_CHECK(is_retired({{167, 99, 142, 185}, 49738}));
  CAF_CHECK(is_retired({{35, 233, 47, 252}, 9400}));
  CAF_CHECK(is_retired({{150, 136, 142, 116}, 1}));
  CAF_CHECK(!is_retired({{134, 209, 28, 98}, 49737}));
}
