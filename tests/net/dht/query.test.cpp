#define CAF_SUITE net_dht_query

#include "net/dht/query.hpp"

#include "base/entropy.hpp"
#include "tests/support/property.hpp"

#include <algorithm>
#include <set>

using namespace hyper;
using namespace hyper::dht;

namespace {

base::endpoint node(std::size_t number) {
  return {{10, 0, static_cast<std::uint8_t>(number / 250),
           static_cast<std::uint8_t>(1 + number % 250)},
          30001};
}

std::vector<base::endpoint> nodes(std::size_t count, std::size_t from = 0) {
  std::vector<base::endpoint> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(node(from + i));
  return out;
}

response answer(const base::endpoint& from,
                std::vector<base::endpoint> closer = {}) {
  response out;
  out.id = id_of(from);
  out.closer = std::move(closer);
  return out;
}

std::vector<base::endpoint> visits(query& search) {
  std::vector<base::endpoint> out;
  while (auto to = search.next_visit())
    out.push_back(*to);
  search.check_invariant();
  return out;
}

struct fixture {
  node_id target = base::blake2b(base::as_bytes("target"));
  node_id own{};

  query with(query_options how) { return {target, own, how}; }

  void sort_by_distance(std::vector<base::endpoint>& list) const {
    std::sort(list.begin(), list.end(), [&](auto& a, auto& b) {
      return distance(target, id_of(a)) < distance(target, id_of(b));
    });
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(query_tests, fixture)

CAF_TEST(without any node it is over at once) {
  auto search = with({});
  CAF_CHECK_EQUAL(search.room(), k);
  CAF_CHECK(!search.next_visit());
  CAF_CHECK(search.done());
  CAF_CHECK(!search.answered());
  CAF_CHECK(search.closest().empty());
}

CAF_TEST(ten at a time and the nearest first) {
  auto search = with({});
  auto all = nodes(15);
  for (const auto& one : all)
    search.add_start(one);
  sort_by_distance(all);
  all.resize(query_concurrency);
  CAF_CHECK(visits(search) == all);
  CAF_CHECK(!search.done());
}

CAF_TEST(slow nodes give up their places) {
  auto search = with({});
  for (const auto& one : nodes(15))
    search.add_start(one);
  auto first = visits(search);
  search.handle_slow(first[0]);
  search.handle_slow(first[1]);
  CAF_CHECK_EQUAL(visits(search).size(), 2u);
  search.handle_answer(first[0], answer(first[0])); // had none to give up
  CAF_CHECK_EQUAL(visits(search).size(), 0u);
  search.handle_answer(first[2], answer(first[2]));
  CAF_CHECK_EQUAL(visits(search).size(), 1u);
}

CAF_TEST(closer nodes are asked and the result is sorted) {
  auto search = with({});
  search.add_start(node(0));
  visits(search);
  search.handle_answer(node(0), answer(node(0), nodes(9, 1)));
  auto second = visits(search);
  CAF_CHECK_EQUAL(second.size(), 9u);
  for (const auto& one : second)
    search.handle_answer(one, answer(one, nodes(10)));
  CAF_REQUIRE(visits(search).empty());
  CAF_CHECK(search.done());
  auto all = nodes(10);
  sort_by_distance(all);
  auto found = search.closest();
  CAF_REQUIRE_EQUAL(found.size(), 10u);
  for (std::size_t i = 0; i < found.size(); ++i)
    CAF_CHECK(found[i].address == all[i]);
  CAF_CHECK_EQUAL(search.replies(), 10u);
}

CAF_TEST(error replies lead on but are no result) {
  auto search = with({});
  search.add_start(node(0));
  visits(search);
  auto refusal = answer(node(0), nodes(2, 1));
  refusal.error = error_unknown_command;
  search.handle_answer(node(0), refusal);
  CAF_CHECK_EQUAL(visits(search).size(), 2u);
  CAF_CHECK(search.closest().empty());
  CAF_CHECK_EQUAL(search.errors(), 1u);
  CAF_CHECK(search.answered());
}

CAF_TEST(nodes without an id lead on but are no result) {
  auto search = with({});
  search.add_start(node(0));
  visits(search);
  auto ephemeral = answer(node(0), nodes(1, 1));
  ephemeral.id.reset();
  search.handle_answer(node(0), ephemeral);
  CAF_CHECK_EQUAL(visits(search).size(), 1u);
  CAF_CHECK(search.closest().empty());
  CAF_CHECK_EQUAL(search.replies(), 1u);
}

CAF_TEST(we are not asked ourselves) {
  own = id_of(node(1));
  auto search = with({});
  search.add_start(node(0));
  visits(search);
  search.handle_answer(node(0), answer(node(0), nodes(3)));
  CAF_CHECK(visits(search) == nodes(1, 2));
}

CAF_TEST(addresses where nobody can be are skipped) {
  auto search = with({});
  search.add_start(node(0));
  visits(search);
  search.handle_answer(node(0), answer(node(0), {{{1, 2, 3, 4}, 0},
                                                 {{0, 0, 0, 0}, 1},
                                                 {{224, 0, 0, 1}, 1},
                                                 {{255, 255, 255, 255}, 1},
                                                 {{150, 136, 142, 116}, 1},
                                                 node(1)}));
  CAF_CHECK(visits(search) == nodes(1, 1));
  CAF_CHECK_EQUAL(search.bogus_nodes(), 5u);
}

CAF_TEST(twenty closer nodes are read and no more) {
  auto search = with({});
  search.add_start(node(0));
  visits(search);
  search.handle_answer(node(0), answer(node(0), nodes(300, 1)));
  search.set_concurrency(1000);
  CAF_CHECK_EQUAL(visits(search).size(), k);
}

CAF_TEST(a node that leads astray is not followed for ever) {
  auto search = with({});
  search.add_start(node(0));
  std::size_t asked = 0;
  // Nobody but ephemeral nodes, each of which names twenty new ones.
  for (auto todo = visits(search); !todo.empty(); todo = visits(search))
    for (const auto& one : todo) {
      ++asked;
      auto liar = answer(one, nodes(k, asked * k));
      liar.id.reset();
      search.handle_answer(one, liar);
    }
  CAF_CHECK_EQUAL(asked, query_visits_max);
  CAF_CHECK(search.done());
}

CAF_TEST(whoever named a dead node is told so) {
  auto search = with({});
  search.add_start(node(0));
  search.add_start(node(1));
  visits(search);
  search.handle_answer(node(0), answer(node(0), nodes(1, 9)));
  visits(search);
  search.handle_slow(node(9));
  search.handle_failure(node(9), true);
  auto hint = search.poll_hint();
  CAF_REQUIRE(hint.has_value());
  CAF_CHECK(hint->to == node(0));
  CAF_CHECK(hint->down == node(9));
  // Later as well.
  search.handle_answer(node(1), answer(node(1), nodes(1, 9)));
  hint = search.poll_hint();
  CAF_REQUIRE(hint.has_value());
  CAF_CHECK(hint->to == node(1));
  CAF_CHECK(!search.poll_hint());
}

CAF_TEST(slow nodes alone do not hold up a full result) {
  auto search = with({});
  search.set_concurrency(100);
  for (const auto& one : nodes(k + 1))
    search.add_start(one);
  auto all = visits(search);
  CAF_REQUIRE_EQUAL(all.size(), k + 1);
  search.handle_slow(all[0]);
  for (std::size_t i = 1; i < all.size(); ++i)
    search.handle_answer(all[i], answer(all[i]));
  CAF_CHECK(search.done());
}

CAF_TEST(only these asks nobody else) {
  auto search = with({.start = nodes(2), .only_these = true});
  CAF_CHECK_EQUAL(search.room(), 0u);
  CAF_CHECK_EQUAL(visits(search).size(), 2u);
  search.handle_answer(node(0), answer(node(0), nodes(9, 2)));
  search.handle_failure(node(1), true);
  CAF_CHECK(visits(search).empty());
  CAF_CHECK(search.done());
  CAF_CHECK(!search.wants_table());
}

CAF_TEST(given nodes get a chance before the query goes wide) {
  auto search = with({.start = nodes(k)});
  auto first = visits(search);
  CAF_CHECK_EQUAL(first.size(), query_concurrency);
  search.handle_answer(first[0], answer(first[0]));
  CAF_CHECK(visits(search).empty()); // nine under way, three are allowed
  for (std::size_t i = 1; i < query_concurrency; ++i)
    search.handle_answer(first[i], answer(first[i]));
  CAF_CHECK_EQUAL(visits(search).size(), query_concurrency);
}

CAF_TEST(if the given nodes are dead the table is asked) {
  auto search = with({.start = nodes(k)});
  while (!search.done())
    for (const auto& one : visits(search)) {
      search.handle_slow(one);
      search.handle_failure(one, true);
    }
  CAF_CHECK(search.wants_table());
  CAF_CHECK(!search.wants_table());
  CAF_CHECK_EQUAL(search.room(), k);
  search.add_start(node(100));
  CAF_CHECK(visits(search) == nodes(1, 100));
}

CAF_TEST(the closest of a network are found) {
  HYPER_PROPERTY("from anywhere", [&](std::uint64_t seed) {
    base::seeded_entropy chance{seed};
    auto all = nodes(60); // their places are their order by distance
    sort_by_distance(all);
    // Each answer names the best twenty of thirty nodes at random.
    auto best_known = [&] {
      std::set<std::size_t> places;
      while (places.size() < 30)
        places.insert(chance.below(all.size()));
      std::vector<base::endpoint> best;
      for (auto place : places)
        best.push_back(all[place]);
      best.resize(k);
      return best;
    };
    auto search = with({});
    search.add_start(all[chance.below(all.size())]);
    for (auto todo = visits(search); !todo.empty(); todo = visits(search))
      for (const auto& one : todo)
        search.handle_answer(one, answer(one, best_known()));
    RC_ASSERT(search.done());
    auto found = search.closest();
    RC_ASSERT(found.size() == k);
    for (std::size_t i = 0; i < 10; ++i)
      RC_ASSERT(found[i].address == all[i]);
  });
}

CAF_TEST_FIXTURE_SCOPE_END()
