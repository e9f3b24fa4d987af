#define CAF_SUITE net_swarm_dialer

#include "net/swarm/dialer.hpp"

#include "base/hash.hpp"
#include "tests/support/property.hpp"

#include <string>

using namespace hyper;

namespace {

base::public_key key(std::size_t number) {
  return base::blake2b(base::as_bytes(std::to_string(number)));
}

struct bench {
  base::instant now{base::seconds{1}};
  base::seeded_entropy chance{1};
  base::public_key own = key(1000000);
  swarm::dialer dialer{own, chance};

  std::vector<base::public_key> dials() {
    std::vector<base::public_key> all;
    while (auto next = dialer.poll_dial())
      all.push_back(next->key);
    dialer.check_invariant();
    return all;
  }

  /// To the next time somebody is due.
  bool wait() {
    auto due = dialer.poll_timeout();
    if (!due)
      return false;
    now = *due;
    dialer.handle_timeout(now);
    return true;
  }
};

} // namespace

CAF_TEST(what a lookup finds is dialed with its newest relays) {
  bench b;
  b.dialer.found(b.now, key(1), {{{1, 1, 1, 1}, 1}});
  b.dialer.found(b.now, key(1), {{{2, 2, 2, 2}, 2}});
  auto dial = b.dialer.poll_dial();
  CAF_REQUIRE(dial.has_value());
  CAF_CHECK(dial->key == key(1));
  CAF_CHECK(dial->relays == dht::address_list({{{2, 2, 2, 2}, 2}}));
  CAF_CHECK(!b.dialer.poll_dial());
  b.dialer.found(b.now, b.own, {});
  CAF_CHECK(!b.dialer.poll_dial());
}

CAF_TEST(eight dials are under way at a time) {
  bench b;
  for (std::size_t i = 0; i < 20; ++i)
    b.dialer.found(b.now, key(i), {});
  auto first = b.dials();
  CAF_CHECK_EQUAL(first.size(), swarm::dials_max);
  b.dialer.failed(b.now, first[0]);
  b.dialer.opened(b.now, first[1]);
  CAF_CHECK_EQUAL(b.dials().size(), 2u);
}

CAF_TEST(a live peer does not wait behind dead ones) {
  bench b;
  for (std::size_t i = 0; i < 30; ++i)
    b.dialer.found(b.now, key(i), {});
  auto dead = b.dials(); // eight dials that will fail
  b.dialer.found(b.now, key(99), {});
  for (const auto& one : dead)
    b.dialer.failed(b.now, one);
  // Those that failed rest; all others come before them.
  for (int round = 0; round < 4; ++round)
    for (const auto& one : b.dials()) {
      CAF_CHECK(std::find(dead.begin(), dead.end(), one) == dead.end());
      if (one == key(99))
        return;
      b.dialer.failed(b.now, one);
    }
  CAF_FAIL("the live peer was not dialed");
}

CAF_TEST(who was connected before comes first and who was asked for before it) {
  bench b;
  for (std::size_t i = 1; i <= 8; ++i)
    b.dialer.found(b.now, key(i), {});
  auto first = b.dials();
  auto proven = first[0];
  for (const auto& one : first)
    b.dialer.opened(b.now, one);
  b.now += swarm::good_connection_min;
  b.dialer.closed(b.now, proven);
  CAF_REQUIRE(b.wait());
  b.dialer.found(b.now, key(50), {});
  b.dialer.want(b.now, key(51));
  CAF_CHECK(b.dials() == std::vector({key(51), proven, key(50)}));
}

CAF_TEST(a dead peer is given up after four attempts until it is found again) {
  bench b;
  b.dialer.found(b.now, key(1), {});
  int dials = 0;
  do {
    for (const auto& one : b.dials()) {
      ++dials;
      b.dialer.failed(b.now, one);
    }
  } while (b.wait());
  CAF_CHECK_EQUAL(dials, 4);
  b.dialer.found(b.now, key(1), {});
  CAF_CHECK_EQUAL(b.dials().size(), 1u);
}

CAF_TEST(an explicit peer is tried for ever) {
  bench b;
  b.dialer.want(b.now, key(1));
  for (int i = 0; i < 20; ++i) {
    CAF_REQUIRE_EQUAL(b.dials().size(), 1u);
    b.dialer.failed(b.now, key(1));
    CAF_REQUIRE(b.wait());
  }
  b.dialer.unwant(key(1));
  while (b.wait() && !b.dials().empty())
    b.dialer.failed(b.now, key(1));
  CAF_CHECK(!b.dialer.poll_timeout());
}

CAF_TEST(pauses have the lengths of the original) {
  auto pause_after = [](unsigned failures) {
    bench b;
    b.dialer.found(b.now, key(1), {});
    for (unsigned i = 0; i < failures; ++i) {
      CAF_REQUIRE_EQUAL(b.dials().size(), 1u);
      b.dialer.failed(b.now, key(1));
      if (i + 1 < failures)
        CAF_REQUIRE(b.wait());
    }
    return *b.dialer.poll_timeout() - b.now;
  };
  auto within = [](base::duration what, int min, int max) {
    return what >= base::milliseconds{min} && what <= base::milliseconds{max};
  };
  CAF_CHECK(within(pause_after(1), 5000, 6500));
  CAF_CHECK(within(pause_after(2), 15000, 17500));
  CAF_CHECK(within(pause_after(3), 15000, 17500));
}

CAF_TEST(nobody is dialed while connected) {
  bench b;
  b.dialer.accepted(b.now, key(1));
  b.dialer.found(b.now, key(1), {});
  CAF_CHECK(b.dials().empty());
  b.dialer.closed(b.now, key(1));
  CAF_CHECK(b.dials().empty()); // it dialed us, it will do so again
  b.dialer.found(b.now, key(1), {});
  CAF_CHECK_EQUAL(b.dials().size(), 1u);
}

CAF_TEST(a dial that crosses an accepted connection ends quietly) {
  bench b;
  b.dialer.found(b.now, key(1), {});
  CAF_CHECK_EQUAL(b.dials().size(), 1u);
  b.dialer.accepted(b.now, key(1));
  b.dialer.failed(b.now, key(1));
  CAF_CHECK_EQUAL(b.dialer.connected(), 1u);
  CAF_CHECK_EQUAL(b.dialer.dialing(), 0u);
  b.dialer.check_invariant();
}

CAF_TEST(enough connections are enough but not for explicit peers) {
  bench b;
  for (std::size_t i = 0; i < swarm::peers_max; ++i)
    b.dialer.accepted(b.now, key(i));
  b.dialer.found(b.now, key(100), {});
  CAF_CHECK(b.dials().empty());
  b.dialer.want(b.now, key(101));
  CAF_CHECK(b.dials() == std::vector({key(101)}));
}

CAF_TEST(a banned peer is neither dialed nor welcome) {
  bench b;
  b.dialer.found(b.now, key(1), {});
  b.dialer.ban(key(1));
  CAF_CHECK(b.dials().empty());
  CAF_CHECK(b.dialer.is_banned(key(1)));
  CAF_CHECK(b.dialer.is_banned(b.own));
  b.dialer.found(b.now, key(1), {});
  b.dialer.want(b.now, key(1));
  b.dialer.accepted(b.now, key(1));
  CAF_CHECK(b.dials().empty());
  b.dialer.check_invariant();
}

CAF_TEST(known peers are limited and the worst one makes room) {
  bench b;
  b.dialer.found(b.now, key(0), {});
  for (const auto& one : b.dials())
    b.dialer.failed(b.now, one);
  for (std::size_t i = 1; i <= swarm::known_peers_max; ++i)
    b.dialer.found(b.now, key(i), {});
  CAF_CHECK_EQUAL(b.dialer.known(), swarm::known_peers_max);
  CAF_CHECK(!b.dialer.poll_timeout()); // the one that failed is forgotten
  b.dialer.check_invariant();
}

CAF_TEST(whatever happens the counts hold) {
  HYPER_PROPERTY("invariants", [](const std::vector<std::uint16_t>& steps) {
    bench b;
    for (auto step : steps) {
      auto who = key(step % 5);
      switch (step / 5 % 9) {
      case 0:
        b.dialer.found(b.now, who, {});
        break;
      case 1:
        b.dialer.want(b.now, who);
        break;
      case 2:
        b.dialer.unwant(who);
        break;
      case 3:
        b.dialer.opened(b.now, who);
        break;
      case 4:
        b.dialer.failed(b.now, who);
        break;
      case 5:
        b.dialer.accepted(b.now, who);
        break;
      case 6:
        b.dialer.closed(b.now, who);
        break;
      case 7:
        b.wait();
        break;
      default:
        b.dials();
      }
      b.dialer.check_invariant();
    }
  });
}
