#define CAF_SUITE net_dht_node_id

#include "net/dht/node_id.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::dht;

CAF_TEST(the id of an address is the hash of its six bytes) {
  CAF_CHECK_EQUAL(
      base::to_hex(id_of({{127, 0, 0, 1}, 30001})),
      "451c196b4592cb856eb1176343b4485ee5eecd79b11760d32715cb65b1b04bd4");
}

CAF_TEST(shared bits are counted from the front) {
  node_id zero{};
  node_id other{};
  CAF_CHECK_EQUAL(shared_bits(zero, other), 256u);
  other[31] = 1;
  CAF_CHECK_EQUAL(shared_bits(zero, other), 255u);
  other[0] = 0x10;
  CAF_CHECK_EQUAL(shared_bits(zero, other), 3u);
  other[0] = 0x80;
  CAF_CHECK_EQUAL(shared_bits(zero, other), 0u);
}

CAF_TEST(distances are those of a metric) {
  using id = std::array<std::uint8_t, 32>;
  HYPER_PROPERTY("to itself none, and the same both ways",
                 [](const id& a, const id& b) {
                   RC_ASSERT(distance(a, a) == node_id{});
                   RC_ASSERT(distance(a, b) == distance(b, a));
                 });
  HYPER_PROPERTY("more shared bits are nearer",
                 [](const id& target, const id& a, const id& b) {
                   RC_PRE(shared_bits(target, a) > shared_bits(target, b));
                   RC_ASSERT(distance(target, a) < distance(target, b));
                 });
}
