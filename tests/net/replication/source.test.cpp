#define CAF_SUITE net_replication_source

#include "net/replication/source.hpp"

#include "net/replication/limits.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::replication;
using base::no_data_reason;

namespace {

const head ten{0, 10, true};

replication::sync said(std::uint64_t length, std::uint64_t remote_length) {
  return {0, length, remote_length, true, true, true, true, false};
}

source with(const replication::sync& what) {
  source who;
  who.handle(what);
  return who;
}

} // namespace

CAF_TEST(an upgrade needs our own length read back) {
  CAF_CHECK(with(said(11, 10)).can_upgrade(ten));
  CAF_CHECK(!with(said(11, 9)).can_upgrade(ten));
  CAF_CHECK(!with(said(10, 10)).can_upgrade(ten));
  auto cannot = said(11, 10);
  cannot.can_upgrade = false;
  CAF_CHECK(!with(cannot).can_upgrade(ten));
}

CAF_TEST(who is asked at all) {
  CAF_CHECK(!source{}.usable(ten));
  CAF_CHECK(with(said(4, 0)).usable(ten));
  auto silent = said(11, 10);
  silent.uploading = false;
  CAF_CHECK(!with(silent).usable(ten));
  auto forked = said(11, 10);
  forked.fork = 1;
  CAF_CHECK(!with(forked).usable(ten));
}

CAF_TEST(a range alone is not enough) {
  source who;
  who.handle(range{false, 0, 10});
  CAF_CHECK(!who.has(3));
  who.handle(said(5, 0));
  CAF_CHECK(who.has(3));
  CAF_CHECK(!who.has(5));
  who.handle(range{true, 3, 1});
  CAF_CHECK(!who.has(3));
  CAF_CHECK(*who.next(3) == 4u);
  CAF_CHECK(!who.next(5).has_value());
  who.handle(bitfield{0, {0x8}});
  CAF_CHECK(who.has(3));
  CAF_CHECK(!who.has(4));
}

CAF_TEST(a window shrinks with silence and opens with an answer) {
  source who;
  CAF_CHECK_EQUAL(who.window(256), 256u);
  who.expired();
  CAF_CHECK_EQUAL(who.window(256), 64u);
  for (int i = 0; i < 100; ++i)
    who.expired();
  CAF_CHECK_EQUAL(who.window(256), 1u);
  who.answered({});
  CAF_CHECK_EQUAL(who.window(256), 256u);
}

CAF_TEST(law_L8_no data is counted by reason until a right answer) {
  source who;
  for (std::uint64_t i = 1; i < no_data_max; ++i) {
    CAF_CHECK(!who.denied(no_data_reason::not_available));
    CAF_CHECK(!who.denied(no_data_reason::none));
  }
  who.answered({});
  for (std::uint64_t i = 1; i < no_data_max; ++i)
    CAF_CHECK(!who.denied(no_data_reason::invalid_request));
  CAF_CHECK(who.denied(no_data_reason::invalid_request));
  CAF_CHECK(who.paused() == pause::no_data);
  CAF_CHECK(!who.denied(no_data_reason::invalid_request));
}

CAF_TEST(claims do not make good for failures but answers do) {
  auto who = with(said(10, 10));
  who.head_failures = 3;
  who.handle(said(1000, 10));
  who.answered({});
  CAF_CHECK_EQUAL(who.head_failures, 3u);
  base::proof_request upgrade;
  upgrade.upgrade.emplace();
  who.answered(upgrade);
  CAF_CHECK_EQUAL(who.head_failures, 0u);
}

CAF_TEST(law_L8_wrong proofs are forgiven for a while) {
  auto who = with(said(10, 10));
  for (std::uint64_t i = 1; i < wrong_proofs_max; ++i) {
    CAF_CHECK(who.wrong(ten));
    CAF_CHECK(who.paused() == pause::checking);
    who.check_passed();
    CAF_CHECK(who.paused() == pause::none);
  }
  CAF_CHECK(!who.wrong(ten));
  CAF_CHECK(who.paused() == pause::wrong);
  who.check_passed();
  CAF_CHECK(who.paused() == pause::wrong);
}

CAF_TEST(there is nothing to check between logs without a common length) {
  auto who = with(said(10, 0));
  CAF_CHECK(!who.wrong(head{}));
  CAF_CHECK(who.paused() == pause::wrong);
}

CAF_TEST(law_L8_wants are sent once and not without end) {
  source who;
  CAF_CHECK(who.want_once(0));
  CAF_CHECK(!who.want_once(0));
  for (std::uint64_t i = 1; i < wants_max; ++i)
    CAF_CHECK(who.want_once(i * want_length_max));
  CAF_CHECK(!who.want_once(wants_max * want_length_max));
}
