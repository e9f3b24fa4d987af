#define CAF_SUITE net_replication_orders

#include "net/replication/orders.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::replication;
using base::milliseconds;

namespace {

const base::instant start{};

base::proof_request for_block(std::uint64_t block) {
  base::proof_request request;
  request.block = base::proof_target{block, 0};
  return request;
}

base::proof_request for_upgrade() {
  base::proof_request request;
  request.upgrade = base::upgrade_target{0, 5};
  request.manifest = true;
  return request;
}

} // namespace

CAF_TEST(numbers count up and are never used again) {
  orders all;
  CAF_CHECK_EQUAL(all.add(start, 7, for_block(3)), 1u);
  CAF_CHECK(all.take(7, 1).has_value());
  CAF_CHECK_EQUAL(all.add(start, 7, for_block(3)), 2u);
  CAF_CHECK_EQUAL(all.at(2).request.id, 2u);
}

CAF_TEST(a request belongs to its peer) {
  orders all;
  all.add(start, 7, for_block(3));
  CAF_CHECK(!all.take(8, 1).has_value());
  CAF_CHECK(all.take(7, 1)->request.block->index == 3u);
  CAF_CHECK(!all.take(7, 1).has_value());
}

CAF_TEST(who asks for a block) {
  orders all;
  all.add(start, 7, for_block(3));
  all.add(start, 8, for_block(3));
  all.add(start, 7, for_block(4));
  CAF_CHECK((all.asking_for(3) == std::vector<std::uint64_t>{1, 2}));
  CAF_CHECK(all.is_asked(8, 3));
  CAF_CHECK(!all.is_asked(8, 4));
  CAF_CHECK((all.of(7) == std::vector<std::uint64_t>{1, 3}));
  all.take(7, 1);
  CAF_CHECK((all.asking_for(3) == std::vector<std::uint64_t>{2}));
}

CAF_TEST(the oldest go first) {
  orders all;
  all.add(start, 7, for_block(1));
  all.add(start + milliseconds{5}, 7, for_block(2));
  CAF_CHECK(!all.take_older(start - milliseconds{1}).has_value());
  CAF_CHECK(all.take_older(start + milliseconds{4})->request.id == 1u);
  CAF_CHECK(!all.take_older(start + milliseconds{4}).has_value());
  CAF_CHECK_EQUAL(all.size(), 1u);
}

CAF_TEST(an upgrade and a manifest are known to be in flight) {
  orders all;
  all.add(start, 7, for_upgrade());
  CAF_CHECK(all.upgrade() == 1u);
  CAF_CHECK(all.manifest_in_flight());
  all.take(7, 1);
  CAF_CHECK(!all.upgrade().has_value());
  CAF_CHECK(!all.manifest_in_flight());
}
