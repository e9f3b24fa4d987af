#define CAF_SUITE net_replication_announcer

#include "net/replication/announcer.hpp"

#include "net/replication/limits.hpp"
#include "tests/support/property.hpp"

using namespace hyper::replication;

namespace {

using remote_sync = hyper::replication::sync;
using messages = std::vector<message>;

block_set some(std::initializer_list<block_range> ranges) {
  block_set blocks;
  for (auto one : ranges)
    blocks.insert(one);
  return blocks;
}

messages drained(announcer& from) {
  messages out;
  while (auto one = from.poll())
    out.push_back(*one);
  return out;
}

// A copy with gaps of a log of 1,000 blocks, already announced.
announcer sparse() {
  announcer out{head{0, 1000, true}, some({{0, 100}, {500, 10}}), true};
  out.open();
  drained(out);
  return out;
}

remote_sync said(std::uint64_t length, std::uint64_t fork = 0) {
  return {fork, length, 0, true, true, true, true, false};
}

bool upgrades(announcer& from, const remote_sync& what) {
  from.handle(what);
  from.set_downloading(!from.downloading());
  return std::get<remote_sync>(drained(from).front()).can_upgrade;
}

} // namespace

CAF_TEST(a copy with gaps announces its beginning) {
  announcer copy{head{0, 1000, true}, some({{0, 100}, {500, 10}}), true};
  copy.open();
  CAF_CHECK((drained(copy) ==
             messages{remote_sync{0, 1000, 0, true, true, true, true, false},
                      range{false, 0, 100}}));
}

CAF_TEST(a want is answered with bits where there are gaps) {
  announcer copy{head{0, 40, true}, some({{0, 2}, {3, 1}, {10, 1}}), true};
  copy.open();
  drained(copy);
  copy.handle(want{0, want_length_max, false});
  CAF_CHECK((drained(copy) == messages{bitfield{0, {0x40b, 0}}}));
  copy.handle(want{0, 32, true});
  CAF_CHECK((drained(copy) == messages{range{false, 0, 2}}));
  copy.handle(want{5, 30, true});
  CAF_CHECK((drained(copy) == messages{range{false, 10, 1}}));
  copy.handle(want{20, 20, true});
  copy.handle(want{64, 32, false});
  CAF_CHECK(drained(copy).empty());
}

CAF_TEST(old blocks are news only to those who want them) {
  auto copy = sparse();
  copy.announce(copy.ours(), {200, 1});
  CAF_CHECK(drained(copy).empty());
  copy.announce(copy.ours(), {1000 - last_blocks, 1});
  CAF_CHECK((drained(copy) == messages{range{false, 1000 - last_blocks, 1}}));
  copy.handle(want{0, 256, false});
  drained(copy);
  copy.announce(copy.ours(), {202, 1});
  CAF_CHECK((drained(copy) == messages{range{false, 202, 1}}));
}

CAF_TEST(what the remote has is no news) {
  auto copy = sparse();
  copy.handle(range{false, 0, 1000});
  copy.announce(copy.ours(), {999, 1});
  CAF_CHECK(drained(copy).empty());
  copy.announce(copy.ours(), {100, 899});
  CAF_CHECK((drained(copy) == messages{range{false, 0, 1000}}));
}

CAF_TEST(neighbours are told in one range) {
  auto copy = sparse();
  for (std::uint64_t block = 900; block < 950; ++block)
    copy.announce(copy.ours(), {block, 1});
  CAF_CHECK((drained(copy) == messages{range{false, 900, 50}}));
}

CAF_TEST(a withdrawn block is told) {
  auto copy = sparse();
  copy.withdraw({505, 1});
  CAF_CHECK((drained(copy) == messages{range{true, 505, 1}}));
}

CAF_TEST(who can be upgraded) {
  auto copy = sparse();
  CAF_CHECK(upgrades(copy, said(0)));
  CAF_CHECK(upgrades(copy, said(100)));
  CAF_CHECK(!upgrades(copy, said(101)));
  CAF_CHECK(upgrades(copy, said(510)));
  CAF_CHECK(!upgrades(copy, said(1000)));
  CAF_CHECK(!upgrades(copy, said(2000)));
  CAF_CHECK(!upgrades(copy, said(0, 1)));
}

CAF_TEST(law_L8_announcements that wait are limited) {
  announcer copy{head{0, 100000, true}, some({{1, 1}}), true};
  copy.open();
  drained(copy);
  copy.handle(want{3, 5, false}); // wants everything
  drained(copy);
  for (std::uint64_t block = 3; block < 20000; block += 2)
    copy.announce(copy.ours(), {block, 1});
  CAF_CHECK_EQUAL(drained(copy).size(), announcements_max);
}
