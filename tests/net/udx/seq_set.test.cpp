#define CAF_SUITE net_udx_seq_set

#include "net/udx/seq_set.hpp"

#include "tests/support/property.hpp"

#include <set>

using namespace hyper::udx;

CAF_TEST(searching crosses words and the wrap) {
  seq_set some{256};
  some.insert(0xfffffffe);
  some.insert(3);
  some.insert(4);
  CAF_CHECK(some.next_member(0xfffffff0, 64) == 0xfffffffe);
  CAF_CHECK(some.next_member(0xffffffff, 64) == 3u);
  CAF_CHECK_EQUAL(some.next_gap(3, 64), 5u);
  CAF_CHECK(!some.next_member(5, 64));
  CAF_CHECK(!some.next_member(0, 3));
  CAF_CHECK_EQUAL(some.next_gap(3, 5), 5u);
}

CAF_TEST(a set without capacity is empty) {
  seq_set none;
  CAF_CHECK(!none.contains(7));
  CAF_CHECK(!none.next_member(0, 1000));
  CAF_CHECK_EQUAL(none.next_gap(9, 1000), 9u);
}

CAF_TEST(members survive growing) {
  seq_set some{64};
  for (seq_number i = 0; i < 60; i += 3)
    some.insert(0xffffffe0 + i);
  some.resize(1024, 0xffffffe0, 0xffffffe0 + 64);
  CAF_CHECK_EQUAL(some.capacity(), 1024u);
  for (seq_number i = 0; i < 1000; ++i)
    CAF_CHECK_EQUAL(some.contains(0xffffffe0 + i), i < 60 && i % 3 == 0);
}

CAF_TEST(properties) {
  HYPER_PROPERTY("it is a set", [](seq_number start) {
    auto offsets = *rc::gen::container<std::set<seq_number>>(
        rc::gen::inRange<seq_number>(0, 512));
    seq_set some{512};
    for (auto offset : offsets)
      some.insert(start + offset);
    std::set<seq_number> found;
    for (auto at = some.next_member(start, start + 512); at;
         at = some.next_member(*at + 1, start + 512))
      found.insert(*at - start);
    RC_ASSERT(found == offsets);
    auto gap = some.next_gap(start, start + 512) - start;
    RC_ASSERT(!offsets.contains(gap));
    RC_ASSERT(gap == 0 || offsets.contains(gap - 1));
  });
}
