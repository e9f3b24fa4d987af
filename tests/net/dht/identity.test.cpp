#define CAF_SUITE net_dht_identity

#include "net/dht/identity.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::dht;

namespace {

constexpr base::endpoint home{{9, 9, 9, 9}, 49737};

base::endpoint stranger(std::uint16_t number) {
  return {{1, 1, 1, 1}, number};
}

sampler proof_of(const base::endpoint& where) {
  sampler out;
  out.add(where);
  return out;
}

} // namespace

CAF_TEST(strangers count once each and only the first ones) {
  identity self{true, 49737};
  CAF_CHECK(self.note_from_stranger(stranger(1), home, 2));
  CAF_CHECK(!self.note_from_stranger(stranger(1), {{5, 5, 5, 5}, 5}, 2));
  CAF_CHECK_EQUAL(self.samples().size(), 1u);
  self.note_from_stranger(stranger(2), home, 2);
  self.note_from_stranger(stranger(3), home, 2);
  CAF_CHECK_EQUAL(self.samples().size(), 2u);
}

CAF_TEST(a firewalled node has no open address) {
  identity self{true, 49737};
  self.note(home);
  CAF_CHECK(self.steady_address() == home);
  CAF_CHECK(!self.open_address());
  self.open(proof_of(home));
  CAF_CHECK(self.open_address() == home);
  CAF_CHECK(!self.firewalled());
}

CAF_TEST(another port than that of the server socket is not open) {
  identity self{false, 49737};
  self.note({home.host, 5000});
  CAF_CHECK(!self.open_address());
}

CAF_TEST(a port that changes is not steady) {
  identity self{true, 49737};
  for (std::uint16_t port = 1; port < 9; ++port)
    self.note({home.host, port});
  CAF_CHECK(self.address() == (base::endpoint{home.host, 0}));
  CAF_CHECK(!self.steady_address());
}
