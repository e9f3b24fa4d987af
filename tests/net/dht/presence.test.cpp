#define CAF_SUITE net_dht_presence

#include "net/dht/presence.hpp"

#include "tests/support/property.hpp"

using namespace hyper;

namespace {

constexpr dht::ipv4_host everywhere{};
constexpr dht::ipv4_host loopback{127, 0, 0, 1};
constexpr dht::ipv4_host home{192, 168, 1, 5};
constexpr dht::ipv4_host office{10, 0, 0, 9};

} // namespace

CAF_TEST(the server socket is listed on each interface) {
  auto all = dht::local_addresses({everywhere, {home, office}, 77});
  CAF_CHECK(all == dht::address_list({{home, 77}, {office, 77}}));
}

CAF_TEST(a bound socket is listed where it is bound) {
  CAF_CHECK(dht::local_addresses({loopback, {home}, 77}) ==
            dht::address_list({{loopback, 77}}));
  CAF_CHECK(dht::local_addresses({office, {home, office}, 77}) ==
            dht::address_list({{office, 77}}));
}

CAF_TEST(without any interface there is loopback) {
  CAF_CHECK(dht::local_addresses({everywhere, {}, 77}) ==
            dht::address_list({{loopback, 77}}));
}

CAF_TEST(the public address comes first) {
  dht::presence self{true, base::endpoint{{8, 8, 8, 8}, 1}, {{home, 2}}};
  CAF_CHECK(self.addresses() ==
            dht::address_list({{{8, 8, 8, 8}, 1}, {home, 2}}));
}

CAF_TEST(candidates begin with the likeliest and have no doubles) {
  dht::address_list theirs{{office, 5}, {{192, 168, 1, 9}, 5}, {office, 5}};
  auto all = dht::local_candidates({{home, 1}}, theirs, home);
  CAF_CHECK(all == dht::address_list({{{192, 168, 1, 9}, 5}, {office, 5}}));
}

CAF_TEST(with both on loopback the loopback address is tried as well) {
  dht::address_list theirs{{{192, 0, 2, 2}, 5}};
  auto all = dht::local_candidates({{loopback, 1}}, theirs, loopback);
  CAF_CHECK(all == dht::address_list({{loopback, 5}, {{192, 0, 2, 2}, 5}}));
  CAF_CHECK(dht::local_candidates({{loopback, 1}}, {}, loopback).empty());
}

CAF_TEST(a long list is cut and senseless addresses are left out) {
  dht::address_list theirs{{{0, 0, 0, 0}, 5}, {home, 0}};
  for (std::uint16_t i = 1; i < 50; ++i)
    theirs.push_back({home, i});
  auto all = dht::local_candidates({}, theirs, home);
  CAF_CHECK_EQUAL(all.size(), dht::local_candidates_max);
  CAF_CHECK(all.front() == (base::endpoint{home, 1}));
}
