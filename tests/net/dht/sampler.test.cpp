#define CAF_SUITE net_dht_sampler

#include "net/dht/sampler.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::dht;

namespace {

constexpr base::endpoint home{{9, 8, 7, 6}, 1000};

base::endpoint with_port(std::uint16_t port) {
  return {home.host, port};
}

} // namespace

CAF_TEST(nothing is known before the first sample) {
  CAF_CHECK(!sampler{}.address().has_value());
}

CAF_TEST(the first samples must all agree) {
  sampler samples;
  samples.add(home);
  CAF_CHECK(samples.address() == home);
  samples.add({{1, 1, 1, 1}, 5});
  CAF_CHECK(!samples.address().has_value());
}

CAF_TEST(one of eight may disagree) {
  sampler samples;
  for (int i = 0; i < 7; ++i)
    samples.add(home);
  samples.add({{1, 1, 1, 1}, 5});
  CAF_CHECK(samples.address() == home);
}

CAF_TEST(other ports each time leave the host) {
  sampler samples;
  for (std::uint16_t port = 1; port <= 10; ++port)
    samples.add(with_port(port));
  CAF_CHECK(samples.address() == with_port(0));
}

CAF_TEST(a new address replaces the old one) {
  sampler samples;
  for (int i = 0; i < 100; ++i)
    samples.add(home);
  for (int i = 0; i < 16; ++i)
    samples.add({{5, 5, 5, 5}, 7});
  CAF_CHECK(samples.address() == (base::endpoint{{5, 5, 5, 5}, 7}));
  CAF_CHECK_EQUAL(samples.size(), samples_max);
}

CAF_TEST(an address is one that was sampled) {
  HYPER_PROPERTY("or its host", [](const std::vector<std::uint16_t>& ports) {
    sampler samples;
    std::set<std::uint16_t> seen{0};
    for (auto port : ports) {
      seen.insert(port);
      samples.add(with_port(port));
      if (samples.address()) {
        RC_ASSERT(samples.address()->host == home.host);
        RC_ASSERT(seen.contains(samples.address()->port));
      }
    }
  });
}
