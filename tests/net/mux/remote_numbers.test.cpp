#define CAF_SUITE mux_remote_numbers

#include "net/mux/remote_numbers.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::mux;

namespace {

wish wish_for(std::uint64_t handle, std::string protocol) {
  wish waiting;
  waiting.handle = token{handle};
  waiting.protocol = std::move(protocol);
  return waiting;
}

} // namespace

CAF_TEST(the next number or a free one may be opened) {
  remote_numbers all;
  CAF_CHECK(!all.may_open(0));
  CAF_CHECK(all.may_open(1));
  CAF_CHECK(!all.may_open(2));
  all.assign(1, channel{5});
  CAF_CHECK(!all.may_open(1));
  CAF_CHECK(all.may_open(2));
  all.release(1);
  CAF_CHECK(all.may_open(1));
  CAF_CHECK_EQUAL(all.size(), 1u);
}

CAF_TEST(a number means nothing before it was used) {
  remote_numbers all;
  CAF_CHECK(all.find(0) == nullptr);
  CAF_CHECK(all.find(1) == nullptr);
  all.assign(1, channel{5});
  CAF_CHECK(std::get<channel>(*all.find(1)) == channel{5});
}

CAF_TEST(the oldest wish answers) {
  remote_numbers all;
  all.assign(1, wish_for(9, "p"));
  all.assign(2, wish_for(4, "p"));
  all.assign(3, wish_for(1, "q"));
  CAF_CHECK_EQUAL(all.find_wish("p", {}), 2u);
  CAF_CHECK_EQUAL(all.find_wish(token{9}), 1u);
  CAF_CHECK_EQUAL(all.find_wish(token{7}), 0u);
  CAF_CHECK_EQUAL(all.wishes(), 3u);
  all.release(2);
  CAF_CHECK_EQUAL(all.find_wish("p", {}), 1u);
}
