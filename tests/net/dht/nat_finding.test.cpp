#define CAF_SUITE net_dht_nat_finding

#include "net/dht/nat_finding.hpp"

#include "tests/support/property.hpp"

using namespace hyper;

namespace {

base::endpoint by(std::uint16_t port) {
  return {{10, 0, 0, 1}, port};
}

base::endpoint seen(std::uint16_t port) {
  return {{8, 8, 8, 8}, port};
}

} // namespace

CAF_TEST(what was told does not change any more) {
  dht::nat_finding finding{true};
  for (std::uint16_t i = 1; i <= 3; ++i)
    finding.add(seen(5), by(i));
  CAF_CHECK(finding.firewall() == dht::firewall::consistent);
  finding.freeze();
  auto told = finding.addresses();
  for (std::uint16_t i = 4; i <= 9; ++i)
    finding.add(seen(6), by(i));
  CAF_CHECK(finding.addresses() == told);
}

CAF_TEST(samples are limited) {
  dht::nat_finding finding{true};
  for (std::uint16_t i = 1; i <= 40; ++i)
    finding.add(seen(i), by(i));
  CAF_CHECK_EQUAL(finding.sampled(), dht::nat_finding::samples_max);
  CAF_CHECK(finding.firewall() == dht::firewall::random);
}
