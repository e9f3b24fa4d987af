#define CAF_SUITE net_replication_remote_wants

#include "net/replication/remote_wants.hpp"

#include "net/replication/limits.hpp"
#include "tests/support/property.hpp"

using namespace hyper::replication;

CAF_TEST(regions are told apart) {
  remote_wants wants;
  CAF_CHECK(wants.add({64, 32, false}));
  CAF_CHECK(wants.touches({90, 10}));
  CAF_CHECK(!wants.touches({96, 10}));
  CAF_CHECK(!wants.touches({60, 4}));
  wants.remove({64, 32, false});
  CAF_CHECK(!wants.touches({64, 32}));
}

CAF_TEST(the region that the original wants) {
  remote_wants wants;
  CAF_CHECK(wants.add({0, want_length_max, false}));
  CAF_CHECK(wants.add({0, want_length_max, false}));
  CAF_CHECK_EQUAL(wants.size(), 1u);
  CAF_CHECK(wants.touches({2000000, 1}));
}

CAF_TEST(crooked wants mean everything and giant ones nothing) {
  remote_wants wants;
  CAF_CHECK(!wants.add({0, 2 * want_length_max, false}));
  CAF_CHECK(!wants.touches({0, 1}));
  CAF_CHECK(wants.add({3, 5, false}));
  CAF_CHECK(wants.touches({1000000, 1}));
}

CAF_TEST(law_L8_more wants than the limit mean everything) {
  remote_wants wants;
  for (std::uint64_t i = 0; i < wants_max; ++i)
    CAF_CHECK(wants.add({32 * i, 32, false}));
  CAF_CHECK(!wants.touches({32 * wants_max, 1}));
  CAF_CHECK(wants.add({32 * wants_max, 32, false}));
  CAF_CHECK_EQUAL(wants.size(), wants_max);
  CAF_CHECK(wants.touches({1000000000, 1}));
  remote_wants any;
  for (std::uint64_t i = 0; i <= any_wants_max; ++i)
    CAF_CHECK(any.add({7 * i, 1, true}));
  CAF_CHECK_EQUAL(any.size(), any_wants_max);
  CAF_CHECK(any.touches({1000000000, 1}));
}
