#define CAF_SUITE net_dht_contacts

#include "net/dht/contacts.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::dht;

namespace {

base::endpoint address(std::uint16_t number) {
  return {{10, 0, 0, 1}, number};
}

// All in the row of those that share no bit with us.
node_id far(std::uint8_t number) {
  node_id out{};
  out.front() = 0x80;
  out.back() = number;
  return out;
}

struct fixture {
  contacts known{node_id{}};

  void fill_row(tick now) {
    for (std::uint8_t i = 0; i < k; ++i)
      CAF_REQUIRE(known.add(now, far(i), address(i + 1u)) != nullptr);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(contact_tests, fixture)

CAF_TEST(we are never listed) {
  CAF_CHECK(known.add(1, node_id{}, address(1)) == nullptr);
  CAF_CHECK(known.empty());
}

CAF_TEST(latest heard first) {
  known.add(1, far(1), address(1));
  known.add(1, far(2), address(2));
  known.add(1, far(3), address(3));
  known.refresh(2, *known.find(far(1)));
  CAF_CHECK(known.latest(2) == (std::vector{address(1), address(3)}));
  CAF_CHECK(known.oldest()->id == far(2));
  known.check_invariant();
}

CAF_TEST(what is removed is in no list) {
  known.add(1, far(1), address(1));
  known.remove(far(1));
  known.remove(far(1));
  CAF_CHECK(known.find(far(1)) == nullptr);
  CAF_CHECK(known.latest(9).empty());
  CAF_CHECK(known.closest(far(1)).empty());
}

CAF_TEST(the node that was checked longest ago must prove itself) {
  fill_row(10);
  CAF_CHECK(known.add(11, far(99), address(99)) == nullptr);
  known.find(far(7))->pinged = 5;
  CAF_CHECK(known.rival_of(11, far(99)) == known.find(far(7)));
}

CAF_TEST(nobody is checked twice in a tick) {
  fill_row(10);
  CAF_CHECK(known.rival_of(10, far(99)) == nullptr);
}

CAF_TEST(an old friend heard lately is left alone) {
  fill_row(10);
  auto now = 10 + old_ticks + 2;
  for (std::uint8_t i = 0; i < k; ++i)
    known.refresh(now - recent_ticks + 1, *known.find(far(i)));
  CAF_CHECK(known.rival_of(now, far(99)) == nullptr);
  CAF_CHECK(known.rival_of(now + 1, far(99)) != nullptr);
}

CAF_TEST(the stalest end where this tick begins) {
  known.add(1, far(1), address(1));
  known.add(1, far(2), address(2));
  known.add(1, far(3), address(3));
  known.find(far(3))->pinged = 9;
  auto stale = known.stalest(9, 5);
  CAF_REQUIRE_EQUAL(stale.size(), 2u);
  CAF_CHECK(stale[0]->id == far(1));
  CAF_CHECK_EQUAL(known.stalest(9, 1).size(), 1u);
}

CAF_TEST(a new own id sorts anew and drops what does not fit) {
  base::seeded_entropy chance{1};
  for (int i = 0; i < 100; ++i)
    known.add(1, chance.array<32>(), address(1));
  auto own = known.closest(node_id{}).empty() ? node_id{} : far(5);
  known.rebuild(own);
  known.check_invariant();
  CAF_CHECK(known.own() == own);
  CAF_CHECK(known.size() > k);
}

CAF_TEST(taking the id of a listed node drops that node) {
  known.add(1, far(1), address(1));
  known.rebuild(far(1));
  CAF_CHECK(known.empty());
  known.check_invariant();
}

CAF_TEST_FIXTURE_SCOPE_END()
