#define CAF_SUITE net_swarm_rules

#include "net/swarm/rules.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using swarm::survivor;

CAF_TEST(both sides keep the same connection) {
  HYPER_PROPERTY("crossed dials", [](std::uint8_t a, std::uint8_t b) {
    RC_PRE(a != b);
    base::public_key left{a};
    base::public_key right{b};
    // Each side accepts the other's dial while its own is under way.
    auto left_keeps_own =
        swarm::choose(left, right, 0, 0) == survivor::existing;
    auto right_keeps_own =
        swarm::choose(right, left, 0, 0) == survivor::existing;
    RC_ASSERT(left_keeps_own != right_keeps_own);
    RC_ASSERT(left_keeps_own == (a > b));
  });
}

CAF_TEST(a connection that has worked gives way) {
  base::public_key small{1};
  base::public_key large{2};
  CAF_CHECK(swarm::choose(large, small, 1, 1) == survivor::arriving);
  CAF_CHECK(swarm::choose(large, small, 1, 0) == survivor::existing);
  CAF_CHECK(swarm::choose(large, small, 0, 1) == survivor::existing);
}

CAF_TEST(a peer that stays for a while is dialed again soon) {
  swarm::history peer{false, true, 3};
  swarm::note_closed(peer, swarm::good_connection_min);
  CAF_CHECK_EQUAL(peer.attempts, 1u);
  CAF_CHECK(swarm::next_pause(peer) == swarm::pause::brief);
  swarm::note_closed(peer, base::seconds{1});
  swarm::note_closed(peer, base::seconds{1});
  CAF_CHECK(swarm::next_pause(peer) == swarm::pause::long_);
  swarm::note_closed(peer, base::seconds{1});
  CAF_CHECK(!swarm::next_pause(peer));
}

CAF_TEST(a lookup starts a peer anew that was given up) {
  swarm::history peer{false, true, 5};
  swarm::note_found(peer, true);
  CAF_CHECK_EQUAL(peer.attempts, 0u);
  CAF_CHECK(!peer.proven);
  peer = {false, true, 1};
  swarm::note_found(peer, true);
  CAF_CHECK_EQUAL(peer.attempts, 1u);
}
