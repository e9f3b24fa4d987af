#define CAF_SUITE net_udx_pacer

#include "net/udx/pacer.hpp"

#include "tests/support/property.hpp"

using namespace hyper::base;
using hyper::udx::pacer;

CAF_TEST(an initial window passes at once and then the rate rules) {
  pacer bucket{instant{}};
  instant now;
  auto rate = 1.5; // bytes per microsecond: one packet of 1500 per ms
  int passed = 0;
  while (bucket.ready(now, rate)) {
    bucket.spend(1500);
    ++passed;
  }
  CAF_CHECK_EQUAL(passed, 10);
  auto end = now + seconds{1};
  while (now < end) {
    now = bucket.next(rate);
    while (bucket.ready(now, rate)) {
      bucket.spend(1500);
      ++passed;
    }
  }
  CAF_CHECK(passed > 1000 && passed < 1020);
}

CAF_TEST(small traffic is never held back) {
  pacer bucket{instant{}};
  instant now;
  for (int i = 0; i < 1000; ++i) {
    CAF_REQUIRE(bucket.ready(now, 2.0));
    bucket.spend(120);
    now += microseconds{100};
  }
}

CAF_TEST(a late driver loses no more than the depth allows) {
  pacer bucket{instant{}};
  auto rate = 1000.0;
  instant now;
  while (bucket.ready(now, rate))
    bucket.spend(1500);
  now += pacer::depth;
  std::size_t burst = 0;
  while (bucket.ready(now, rate)) {
    bucket.spend(1500);
    burst += 1500;
  }
  CAF_CHECK(burst > 990'000 && burst < 1'010'000);
}

CAF_TEST(the longest wait is bounded) {
  pacer bucket{instant{}};
  bucket.spend(1'000'000);
  CAF_CHECK(bucket.next(1e-9) <= instant{} + seconds{1} + microseconds{1});
}
