#define CAF_SUITE net_dht_table

#include "net/dht/table.hpp"

#include "base/entropy.hpp"
#include "tests/support/property.hpp"

#include <set>

using namespace hyper;
using namespace hyper::dht;

namespace {

node_id numbered(std::uint8_t first, std::uint8_t last) {
  node_id out{};
  out.front() = first;
  out.back() = last;
  return out;
}

} // namespace

CAF_TEST(a full row refuses and others do not care) {
  table nodes{node_id{}};
  for (std::uint8_t i = 0; i < k; ++i)
    CAF_CHECK(nodes.add({numbered(0x80, i), {}}));
  CAF_CHECK(!nodes.add({numbered(0x80, 99), {}}));
  CAF_CHECK(nodes.add({numbered(0x40, 99), {}}));
  CAF_CHECK_EQUAL(nodes.size(), k + 1);
  CAF_CHECK_EQUAL(nodes.row_of(numbered(0x80, 99)).size(), k);
  nodes.check_invariant();
}

CAF_TEST(the same id replaces) {
  table nodes{node_id{}};
  base::endpoint moved{{1, 2, 3, 4}, 5};
  nodes.add({numbered(1, 1), {}});
  nodes.add({numbered(1, 1), moved});
  CAF_CHECK_EQUAL(nodes.size(), 1u);
  CAF_CHECK(nodes.at(0).address == moved);
}

CAF_TEST(what is removed is gone) {
  table nodes{node_id{}};
  nodes.add({numbered(1, 1), {}});
  CAF_CHECK(!nodes.remove(numbered(1, 2)));
  CAF_CHECK(nodes.remove(numbered(1, 1)));
  CAF_CHECK(!nodes.contains(numbered(1, 1)));
  CAF_CHECK_EQUAL(nodes.size(), 0u);
}

CAF_TEST(an id like our own goes into the last row) {
  table nodes{node_id{}};
  CAF_CHECK(nodes.add({node_id{}, {}}));
  nodes.check_invariant();
  CAF_CHECK(nodes.contains(node_id{}));
}

CAF_TEST(the row of the target comes first and farther rows follow) {
  table nodes{node_id{}};
  auto far = numbered(0x80, 0);
  auto middle = numbered(0x40, 0);
  auto near = numbered(0x20, 0);
  for (const auto& id : {near, far, middle})
    nodes.add({id, {}});
  auto found = nodes.closest(numbered(0x50, 1));
  CAF_REQUIRE_EQUAL(found.size(), 3u);
  CAF_CHECK(found[0].id == middle);
  CAF_CHECK(found[1].id == far);
  CAF_CHECK(found[2].id == near);
  CAF_CHECK_EQUAL(nodes.closest(far, 1).size(), 1u);
}

CAF_TEST(random tables keep their promises) {
  HYPER_PROPERTY("rows, sizes and answers", [](std::uint64_t seed) {
    base::seeded_entropy chance{seed};
    table nodes{chance.array<32>()};
    std::set<node_id> kept;
    for (int i = 0; i < 200; ++i) {
      auto id = chance.array<32>();
      if (nodes.add({id, {}}))
        kept.insert(id);
    }
    nodes.check_invariant();
    RC_ASSERT(nodes.size() == kept.size());
    auto found = nodes.closest(chance.array<32>());
    RC_ASSERT(found.size() == k);
    for (const auto& node : found)
      RC_ASSERT(kept.contains(node.id));
    std::set<node_id> walked;
    for (std::size_t i = 0; i < nodes.size(); ++i)
      walked.insert(nodes.at(i).id);
    RC_ASSERT(walked == kept);
    for (const auto& id : kept)
      RC_ASSERT(nodes.remove(id));
    nodes.check_invariant();
  });
}
