#define CAF_SUITE net_udx_mtu_search

#include "net/udx/mtu_search.hpp"

#include "tests/support/property.hpp"

using namespace hyper::udx;

CAF_TEST(eleven probes lead to the limit) {
  mtu_search search{1500};
  CAF_CHECK(!search.padding_for(1200));
  search.on_first_delivery();
  int probes = 0;
  while (auto padding = search.padding_for(search.mtu())) {
    CAF_CHECK_EQUAL(search.mtu() + *padding, search.target());
    search.on_probe_sent();
    CAF_CHECK(!search.padding_for(search.mtu()));
    search.on_probe_delivered();
    ++probes;
  }
  CAF_CHECK_EQUAL(probes, 11);
  CAF_CHECK_EQUAL(search.mtu(), 1500u);
  CAF_CHECK(search.finished());
}

CAF_TEST(three losses of one size end the search) {
  mtu_search search{1500};
  search.on_first_delivery();
  auto probe = [&](bool arrives) {
    CAF_REQUIRE(search.padding_for(search.mtu()));
    search.on_probe_sent();
    arrives ? search.on_probe_delivered() : search.on_probe_lost();
  };
  probe(true);
  probe(false);
  probe(false);
  probe(true);
  CAF_CHECK_EQUAL(search.mtu(), 1232u);
  probe(false);
  probe(false);
  probe(false);
  CAF_CHECK(search.finished());
  CAF_CHECK_EQUAL(search.mtu(), 1232u);
}

CAF_TEST(short packets are no probes) {
  mtu_search search{1500};
  search.on_first_delivery();
  search.on_probe_sent();
  search.on_probe_delivered();
  CAF_CHECK_EQUAL(search.target(), 1232u);
  CAF_CHECK(!search.padding_for(928 + 48));
  CAF_CHECK(search.padding_for(929 + 48) == 255);
  CAF_CHECK(!search.padding_for(1233));
}

CAF_TEST(a probe that was sent again without padding counts for nothing) {
  mtu_search search{1500};
  search.on_first_delivery();
  search.on_probe_sent();
  search.on_probe_withdrawn();
  CAF_CHECK(search.padding_for(1200));
  CAF_CHECK_EQUAL(search.mtu(), 1200u);
}

CAF_TEST(a limit at or below the start means no search) {
  for (auto limit : {0u, 1200u}) {
    mtu_search search{limit};
    search.on_first_delivery();
    CAF_CHECK(search.finished());
    CAF_CHECK_EQUAL(search.mtu(), mtu_min);
  }
}
