#define CAF_SUITE net_udx_windowed

#include "net/udx/windowed.hpp"

#include "tests/support/property.hpp"

#include <algorithm>
#include <vector>

using namespace hyper::udx;

CAF_TEST(a better value counts at once and an old one is dropped) {
  windowed_min<int, long> filter{100};
  CAF_CHECK(filter.empty());
  filter.update(0, 5);
  filter.update(10, 7);
  CAF_CHECK_EQUAL(filter.best(), 5);
  filter.update(20, 3);
  CAF_CHECK_EQUAL(filter.best(), 3);
  filter.update(60, 9);
  filter.update(121, 9);
  CAF_CHECK_EQUAL(filter.best(), 9);
}

CAF_TEST(properties) {
  HYPER_PROPERTY(
      "it is never better than the best within the window, and never "
      "worse than the newest",
      [](const std::vector<std::uint8_t>& values) {
        windowed_max<int, long> filter{10};
        for (std::size_t i = 0; i < values.size(); ++i) {
          filter.update(static_cast<long>(i), values[i]);
          auto first = values.begin() + static_cast<long>(i > 10 ? i - 10 : 0);
          auto last = values.begin() + static_cast<long>(i) + 1;
          RC_ASSERT(filter.best() <= *std::max_element(first, last));
          RC_ASSERT(filter.best() >= values[i]);
        }
      });
}
