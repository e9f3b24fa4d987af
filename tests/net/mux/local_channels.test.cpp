#define CAF_SUITE mux_local_channels

#include "net/mux/local_channels.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::mux;

CAF_TEST(numbers begin at one and the last freed is used first) {
  local_channels all;
  auto a = all.add("p", {});
  auto b = all.add("p", {});
  auto c = all.add("p", {});
  CAF_CHECK_EQUAL(a->second.number, 1u);
  CAF_CHECK_EQUAL(c->second.number, 3u);
  auto stale = b->first;
  all.remove(a);
  all.remove(b);
  auto again = all.add("p", {});
  CAF_CHECK_EQUAL(again->second.number, 2u);
  CAF_CHECK(again->first != stale);
  CAF_CHECK(all.find(stale) == all.end());
}

CAF_TEST(the oldest that waits for the same is found) {
  local_channels all;
  base::bytes id{7};
  all.add("p", {});
  auto first = all.add("p", id);
  auto second = all.add("p", id);
  CAF_CHECK(all.find_waiting("p", id) == first);
  first->second.state = channel_state::open;
  first->second.remote = 1;
  CAF_CHECK(all.find_waiting("p", id) == second);
  CAF_CHECK(all.find_waiting("q", id) == all.end());
  CAF_CHECK(all.find_number(3) == second);
}

CAF_TEST(property) {
  HYPER_PROPERTY("numbers are never used twice at a time",
                 [](const std::vector<bool>& adds) {
                   local_channels all;
                   for (auto add : adds)
                     if (add || all.size() == 0)
                       all.add("p", {});
                     else
                       all.remove(all.all().begin());
                   all.check_invariant();
                 });
}
