#define CAF_SUITE net_udx_peer_window

#include "net/udx/peer_window.hpp"

#include "tests/support/property.hpp"

using namespace hyper::udx;

namespace {

header stating(std::uint32_t window, seq_number seq, seq_number ack) {
  return {0, 0, 0, window, seq, ack};
}

} // namespace

CAF_TEST(a bare acknowledgement with unchanged numbers counts) {
  peer_window window{0, 0};
  window.update(stating(0, 0, 0), 0);
  CAF_CHECK(window.closed());
  CAF_CHECK_EQUAL(window.packets(1152), 0u);
  window.update(stating(5000, 0, 0), 0);
  CAF_CHECK_EQUAL(window.packets(1152), 4u);
}

CAF_TEST(older packets do not count) {
  peer_window window{0xffffffff, 0};
  window.update(stating(100, 1, 5), 5);
  CAF_CHECK_EQUAL(window.bytes(), 100u);
  window.update(stating(200, 0, 6), 5); // older number
  window.update(stating(300, 1, 4), 4); // older acknowledgement
  window.update(stating(400, 2, 4), 5); // acknowledges what is old
  CAF_CHECK_EQUAL(window.bytes(), 100u);
  window.update(stating(500, 2, 5), 5);
  CAF_CHECK_EQUAL(window.bytes(), 500u);
}

CAF_TEST(any open window holds a packet) {
  peer_window window{0, 0};
  window.update(stating(1, 0, 0), 0);
  CAF_CHECK_EQUAL(window.packets(1152), 1u);
}
