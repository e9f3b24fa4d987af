#define CAF_SUITE log_head

#include "store/log/head.hpp"

#include "tests/store/log/arbitrary_log.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(an empty head has no length) {
  log::head none;
  CAF_CHECK_EQUAL(none.length(), 0u);
  CAF_CHECK_EQUAL(none.byte_length(), 0u);
  CAF_CHECK(none.hash() == log::tree{}.hash());
}

CAF_TEST(properties) {
  HYPER_PROPERTY("a head is as long as its tree", [] {
    log::tree tree;
    for (const auto& block : test::arbitrary_blocks(70))
      tree.append(block);
    log::head end{0, tree.roots(), {}};
    RC_ASSERT(end.length() == tree.length());
    RC_ASSERT(end.byte_length() == tree.byte_length());
    RC_ASSERT(end.hash() == tree.hash());
  });
}
