#define CAF_SUITE mux_offers

#include "net/mux/offers.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::mux;

CAF_TEST(with any id or with one) {
  offers ours;
  base::bytes id{1};
  ours.add("any");
  ours.add("one", id);
  CAF_CHECK(ours.contains("any", {}) && ours.contains("any", id));
  CAF_CHECK(ours.contains("one", id) && !ours.contains("one", {}));
  CAF_CHECK(!ours.contains("other", id));
  ours.remove("one", id);
  ours.remove("any");
  CAF_CHECK(!ours.contains("one", id) && !ours.contains("any", {}));
}

CAF_TEST(another name stands for the protocol) {
  offers ours;
  ours.alias("hypercore", "hypercore/alpha");
  CAF_CHECK_EQUAL(ours.resolve("hypercore"), "hypercore/alpha");
  CAF_CHECK_EQUAL(ours.resolve("hypercore/alpha"), "hypercore/alpha");
}
