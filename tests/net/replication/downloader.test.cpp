#define CAF_SUITE net_replication_downloader

#include "net/replication/downloader.hpp"

#include "tests/net/replication/swarm.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::replication;
using base::milliseconds;
using base::seconds;
using test::member;
using test::swarm;

namespace {

constexpr std::uint64_t type_request = 1;
constexpr std::uint64_t type_cancel = 2;

bool has_all(const member& copy, std::uint64_t length) {
  if (copy.length() != length || !copy.is_complete())
    return false;
  for (std::uint64_t i = 0; i < length; ++i)
    if (copy.block(i) != swarm::block(i))
      return false;
  return true;
}

downloader_config sparse() {
  downloader_config config;
  config.mode = fetch_mode::sparse;
  return config;
}

// A block with other bytes in it.
bool forge_block(base::proof& proof) {
  if (proof.block)
    proof.block->value = {'f', 'o', 'r', 'g', 'e', 'd'};
  return true;
}

bool forge_signature(base::proof& proof) {
  if (proof.upgrade)
    proof.upgrade->signature[10] ^= 1;
  return true;
}

} // namespace

// -- a writer and its readers ------------------------------------------------

CAF_TEST(a fresh copy catches up and follows) {
  swarm net;
  auto& writer = net.writer(100);
  auto& copy = net.reader();
  net.connect(copy, writer);
  CAF_CHECK(net.run_until([&] { return copy.is_complete() && copy.length(); }));
  CAF_CHECK(has_all(copy, 100));
  CAF_CHECK(copy.log.who.has_value());
  for (int i = 0; i < 20; ++i) {
    net.append(writer, 1);
    net.run(milliseconds{7});
  }
  CAF_CHECK(net.run_until([&] { return copy.length() == 120; }));
  net.run(seconds{1});
  CAF_CHECK(has_all(copy, 120));
}

CAF_TEST(the manifest of an empty log is known in advance) {
  swarm net;
  auto& writer = net.writer(0);
  auto& copy = net.reader();
  net.connect(copy, writer);
  CAF_CHECK(net.run_until([&] { return copy.log.who.has_value(); }));
  CAF_CHECK_EQUAL(net.sent[type_request], 1u);
  net.append(writer, 1);
  CAF_CHECK(net.run_until([&] { return has_all(copy, 1); }));
}

CAF_TEST(a single new block needs one round trip) {
  swarm net{milliseconds{10}};
  auto& writer = net.writer(5);
  auto& copy = net.reader();
  net.connect(copy, writer);
  net.run(seconds{1});
  auto requests = net.sent[type_request];
  auto then = net.now;
  net.append(writer, 1);
  CAF_CHECK(net.run_until([&] { return has_all(copy, 6); }));
  CAF_CHECK_EQUAL((net.now - then) / milliseconds{1},
                  30); // news, request, data
  CAF_CHECK_EQUAL(net.sent[type_request], requests + 1);
}

CAF_TEST(one pass fills the window and the window is a limit) {
  swarm net{milliseconds{100}};
  auto& writer = net.writer(200);
  downloader_config config;
  config.in_flight_max = 64;
  auto& copy = net.reader(config);
  std::size_t most = 0;
  net.connect(copy, writer);
  CAF_CHECK(net.run_until([&] {
    most = std::max(most, copy.downloads.in_flight());
    return has_all(copy, copy.length()) && copy.length() == 200;
  }));
  CAF_CHECK_EQUAL(most, config.in_flight_max);
  // Opening, the upgrade, and 200 blocks in windows of 64.
  CAF_CHECK(net.now - base::instant{} <= milliseconds{1400});
}

CAF_TEST(a sparse reader fetches what it is asked for) {
  swarm net;
  auto& writer = net.writer(40);
  auto& copy = net.reader(sparse());
  net.connect(copy, writer);
  CAF_CHECK(net.run_until([&] { return copy.length() == 40; }));
  net.run(seconds{1});
  CAF_CHECK(!copy.block(0).has_value());
  net.fetch(copy, 17);
  CAF_CHECK(net.run_until([&] { return copy.block(17).has_value(); }));
  CAF_CHECK_EQUAL(copy.log.blocks.size(), 1u);
  // A block that does not exist yet comes together with the upgrade.
  net.fetch(copy, 40);
  net.run(seconds{1});
  auto requests = net.sent[type_request];
  net.append(writer, 1);
  CAF_CHECK(net.run_until([&] { return copy.block(40).has_value(); }));
  CAF_CHECK_EQUAL(net.sent[type_request], requests + 1);
}

CAF_TEST(a late joiner gets everything) {
  swarm net;
  auto& writer = net.writer(10);
  auto& first = net.reader();
  net.connect(first, writer);
  net.run(seconds{1});
  net.append(writer, 50);
  auto& late = net.reader();
  net.connect(late, writer);
  CAF_CHECK(net.run_until([&] { return has_all(late, 60); }));
  CAF_CHECK(has_all(first, 60));
}

CAF_TEST(a copy that was away asks only for what is new) {
  swarm net;
  auto& writer = net.writer(40);
  auto& copy = net.reader();
  net.connect(copy, writer);
  net.run(seconds{1});
  net.disconnect(copy, writer);
  net.append(writer, 10);
  auto requests = net.sent[type_request];
  net.connect(copy, writer);
  CAF_CHECK(net.run_until([&] { return has_all(copy, 50); }));
  CAF_CHECK_EQUAL(net.sent[type_request], requests + 10);
}

// -- readers among themselves ------------------------------------------------

CAF_TEST(copies serve each other) {
  swarm net;
  auto& writer = net.writer(120);
  auto& first = net.reader();
  net.connect(first, writer);
  CAF_CHECK(net.run_until([&] { return has_all(first, 120); }));
  net.disconnect(first, writer);
  auto& second = net.reader();
  net.connect(second, first);
  CAF_CHECK(net.run_until([&] { return has_all(second, 120); }));
  CAF_CHECK_EQUAL(first.proofs_made, 120u);
}

CAF_TEST(news travel along a chain of copies) {
  swarm net;
  auto& writer = net.writer(3);
  auto& first = net.reader();
  auto& second = net.reader();
  net.connect(first, writer);
  net.connect(second, first);
  net.run(seconds{1});
  CAF_CHECK(has_all(second, 3));
  net.append(writer, 1);
  CAF_CHECK(net.run_until([&] { return has_all(second, 4); }));
}

CAF_TEST(a copy with gaps gives what it has and tells it when asked) {
  swarm net;
  auto& writer = net.writer(40);
  auto& gaps = net.reader(sparse());
  net.connect(gaps, writer);
  for (std::uint64_t block : {0, 1, 3, 10, 30})
    net.fetch(gaps, block);
  net.run(seconds{1});
  net.disconnect(gaps, writer);
  auto& copy = net.reader();
  net.connect(copy, gaps);
  net.run(seconds{1});
  CAF_CHECK_EQUAL(copy.length(), 40u);
  CAF_CHECK(copy.log.blocks.runs() == gaps.log.blocks.runs());
  net.connect(copy, writer);
  CAF_CHECK(net.run_until([&] { return has_all(copy, 40); }));
}

CAF_TEST(blocks are spread over peers) {
  swarm net;
  auto& writer = net.writer(200);
  auto& first = net.reader();
  auto& second = net.reader();
  net.connect(first, writer);
  net.connect(second, writer);
  CAF_CHECK(net.run_until(
      [&] { return has_all(first, 200) && has_all(second, 200); }));
  auto by_writer = writer.proofs_made;
  auto& copy = net.reader();
  net.connect(copy, writer);
  net.connect(copy, first);
  net.connect(copy, second);
  CAF_CHECK(net.run_until([&] { return has_all(copy, 200); }));
  CAF_CHECK(writer.proofs_made - by_writer > 50u);
  CAF_CHECK(first.proofs_made > 50u);
  CAF_CHECK(second.proofs_made > 50u);
  CAF_CHECK(writer.proofs_made - by_writer + first.proofs_made +
                second.proofs_made <
            210u);
}

// -- what goes wrong ---------------------------------------------------------

CAF_TEST(a peer that leaves in the middle is replaced) {
  swarm net;
  auto& writer = net.writer(200);
  auto& other = net.reader();
  net.connect(other, writer);
  CAF_CHECK(net.run_until([&] { return has_all(other, 200); }));
  auto& copy = net.reader();
  net.connect(copy, writer);
  net.connect(copy, other);
  CAF_CHECK(net.run_until([&] { return copy.log.blocks.size() > 20; }));
  net.disconnect(copy, writer);
  CAF_CHECK(net.run_until([&] { return has_all(copy, 200); }, seconds{1}));
}

CAF_TEST(a request that is never answered goes to another peer) {
  swarm net;
  auto& writer = net.writer(20);
  auto& other = net.reader();
  net.connect(other, writer);
  net.run(seconds{1});
  other.listens = [](const base::proof_request&) { return false; };
  auto& copy = net.reader();
  net.connect(copy, other);
  net.run(seconds{5});
  CAF_CHECK_EQUAL(copy.length(), 0u);
  net.connect(copy, writer);
  // The upgrade at once, late blocks after a second.
  CAF_CHECK(net.run_until([&] { return has_all(copy, 20); }, seconds{3}));
  CAF_CHECK(net.sent[type_cancel] >= 1u);
}

CAF_TEST(law_L8_who claims a length and says nothing does not hold up others) {
  struct : tree_view {
    std::uint64_t missing_nodes(std::uint64_t) const override { return 0; }
  } tree;
  downloader copy{sparse(), head{0, 0, true}, {}};
  base::instant now{};
  CAF_CHECK(copy.peer_opened(now, 1));
  CAF_CHECK(copy.peer_opened(now, 2));
  auto sync_all = [&](std::uint64_t ours) {
    copy.handle_sync(now, 1,
                     {0, base::uint_max, ours, true, true, true, true, false});
    copy.handle_sync(now, 2,
                     {0, ours + 20, ours, true, true, true, true, false});
  };
  sync_all(0);
  auto first = copy.poll_transmit(tree);
  CAF_REQUIRE(first.has_value());
  CAF_CHECK_EQUAL(first->peer, 1u);
  CAF_CHECK(!copy.poll_transmit(tree).has_value());
  CAF_CHECK(copy.poll_timeout() == now + seconds{1});
  now += seconds{1};
  copy.handle_timeout(now);
  auto given_up = copy.poll_transmit(tree);
  CAF_CHECK(std::holds_alternative<cancel>(given_up->what));
  for (int round = 1; round < 5; ++round) {
    auto next = copy.poll_transmit(tree);
    CAF_REQUIRE(next.has_value());
    CAF_CHECK_EQUAL(next->peer, 2u);
    auto id = std::get<base::proof_request>(next->what).id;
    auto length = std::uint64_t{20} * static_cast<std::uint64_t>(round);
    copy.verified(now, 2, id, head{0, length, true}, {});
    sync_all(length);
  }
}

CAF_TEST(an only peer that falls silent is asked again) {
  swarm net;
  auto& writer = net.writer(20);
  auto silent = true;
  writer.listens = [&](const base::proof_request&) { return !silent; };
  auto& copy = net.reader();
  net.connect(copy, writer);
  net.run(seconds{35});
  CAF_CHECK_EQUAL(copy.length(), 0u);
  CAF_CHECK_EQUAL(copy.downloads.counters().expired, 3u);
  silent = false;
  CAF_CHECK(net.run_until([&] { return has_all(copy, 20); }, seconds{15}));
}

CAF_TEST(a late block is asked for elsewhere and the loser is cancelled) {
  swarm net;
  auto& writer = net.writer(100);
  auto& slow = net.reader();
  net.connect(slow, writer);
  net.run(seconds{1});
  slow.listens = [](const base::proof_request& request) {
    return !request.block || request.block->index != 42;
  };
  writer.listens = [](const base::proof_request& request) {
    return !request.block || request.block->index != 43;
  };
  auto& copy = net.reader();
  net.connect(copy, slow);
  net.connect(copy, writer);
  CAF_CHECK(net.run_until([&] { return has_all(copy, 100); }, seconds{3}));
  net.run(seconds{1});
  CAF_CHECK(copy.downloads.counters().hotswaps >= 1u);
  CAF_CHECK(net.sent[type_cancel] >= 1u);
  CAF_CHECK_EQUAL(copy.downloads.in_flight(), 0u);
}

CAF_TEST(law_L6_a forged block is never stored and its sender is checked) {
  swarm net;
  auto& writer = net.writer(50);
  auto& copy = net.reader();
  writer.tamper = forge_block;
  net.connect(copy, writer);
  net.run(seconds{60});
  CAF_CHECK_EQUAL(copy.log.blocks.size(), 0u);
  CAF_CHECK_EQUAL(copy.failures.size(), 1u);
  CAF_CHECK(copy.failures[0].why == pause::wrong);
  auto asked = net.sent[type_request];
  net.append(writer, 10);
  net.run(seconds{60});
  CAF_CHECK_EQUAL(net.sent[type_request], asked);
}

CAF_TEST(law_L6_an honest peer fills in for one that forges) {
  swarm net;
  auto& writer = net.writer(120);
  auto& forger = net.reader();
  net.connect(forger, writer);
  CAF_CHECK(net.run_until([&] { return has_all(forger, 120); }));
  forger.tamper = forge_block;
  auto& copy = net.reader();
  net.connect(copy, forger);
  net.connect(copy, writer);
  CAF_CHECK(net.run_until([&] { return has_all(copy, 120); }, seconds{30}));
}

CAF_TEST(law_L6_a forged length is never believed) {
  swarm net;
  auto& writer = net.writer(50);
  writer.tamper = forge_signature;
  auto& copy = net.reader();
  net.connect(copy, writer);
  net.run(seconds{60});
  CAF_CHECK_EQUAL(copy.length(), 0u);
  CAF_CHECK(!copy.log.who.has_value());
  CAF_REQUIRE_EQUAL(copy.failures.size(), 1u);
  CAF_CHECK(copy.faults[0] == log::fault::wrong_signature);
}

CAF_TEST(a right check lifts the pause after one wrong proof) {
  swarm net;
  auto& writer = net.writer(50);
  auto& copy = net.reader();
  auto bad = 1;
  writer.tamper = [&](base::proof& proof) {
    return !proof.block || proof.upgrade || bad-- <= 0 || forge_block(proof);
  };
  net.connect(copy, writer);
  CAF_CHECK(net.run_until([&] { return has_all(copy, 50); }, seconds{5}));
  CAF_CHECK_EQUAL(copy.faults.size(), 1u);
  CAF_CHECK(copy.failures.empty());
}

CAF_TEST(a proof with a node in the wrong place pauses without a check) {
  swarm net;
  auto& writer = net.writer(50);
  auto& copy = net.reader();
  writer.tamper = [](base::proof& proof) {
    if (proof.block && !proof.block->nodes.empty())
      proof.block->nodes.pop_back();
    return true;
  };
  net.connect(copy, writer);
  net.run(seconds{60});
  CAF_REQUIRE_EQUAL(copy.failures.size(), 1u);
  CAF_CHECK(copy.failures[0].why == pause::misplaced);
}

CAF_TEST(law_L8_a peer that never has anything is asked 32 times) {
  for (auto reason :
       {base::no_data_reason::none, base::no_data_reason::not_available}) {
    downloader copy{sparse(), head{0, 10, true}, {}};
    struct : tree_view {
      std::uint64_t missing_nodes(std::uint64_t) const override { return 3; }
    } tree;
    base::instant now{};
    CAF_CHECK(copy.peer_opened(now, 1));
    copy.handle_sync(now, 1, {0, 10, 10, false, true, true, true, false});
    copy.handle_range(now, 1, {false, 0, 10});
    CAF_CHECK(copy.fetch(now, 3));
    std::uint64_t asked = 0;
    while (auto one = copy.poll_transmit(tree)) {
      const auto& request = std::get<base::proof_request>(one->what);
      CAF_CHECK_EQUAL(request.block->index, 3u);
      CAF_CHECK_EQUAL(request.priority, 1u);
      copy.handle_denied(now, 1, request.id, reason);
      ++asked;
    }
    CAF_CHECK_EQUAL(asked, no_data_max);
    auto failed = copy.poll_event();
    CAF_REQUIRE(failed.has_value());
    CAF_CHECK(std::get<source_failed>(*failed).why == pause::no_data);
  }
}

CAF_TEST(a higher fork is told and never mixed in) {
  swarm net;
  auto& writer = net.writer(20);
  auto& copy = net.reader();
  net.connect(copy, writer);
  net.run(seconds{1});
  net.truncate(writer, 10);
  net.append(writer, 20, " of fork 1");
  net.run(seconds{1});
  CAF_CHECK(has_all(copy, 20));
  CAF_CHECK_EQUAL(copy.log.current.fork, 0u);
  CAF_REQUIRE_EQUAL(copy.forks.size(), 1u);
  CAF_CHECK_EQUAL(copy.forks[0].fork, 1u);
  // The writer of fork 1 does not care for copies of fork 0.
  CAF_CHECK_EQUAL(writer.length(), 30u);
  CAF_CHECK(writer.forks.empty());
}

CAF_TEST(two signed histories freeze the log) {
  swarm net;
  auto& writer = net.writer(20);
  auto& other = net.writer(0);
  net.append(other, 20, " of another history");
  auto& copy = net.reader();
  net.connect(copy, writer);
  net.run(seconds{1});
  CAF_CHECK(has_all(copy, 20));
  net.disconnect(copy, writer);
  net.append(other, 1, " of another history");
  net.connect(copy, other);
  net.run(seconds{30});
  CAF_CHECK(has_all(copy, 20));
  CAF_CHECK(copy.log.frozen);
  CAF_CHECK_EQUAL(copy.downloads.in_flight(), 0u);
}

CAF_TEST(law_L8_peers and waits are limited) {
  downloader copy{downloader_config{}, head{0, 10, true}, {}};
  base::instant now{};
  for (source_id peer = 0; peer < sources_max; ++peer)
    CAF_REQUIRE(copy.peer_opened(now, peer));
  CAF_CHECK(!copy.peer_opened(now, sources_max));
  std::uint64_t block = 0;
  while (copy.fetch(now, block))
    ++block;
  CAF_CHECK_EQUAL(block, waits_max);
  copy.forget(now, 7);
  CAF_CHECK(copy.fetch(now, waits_max));
}

CAF_TEST(what the peers claim is known before it is fetched) {
  swarm net;
  auto& writer = net.writer(20);
  auto& copy = net.reader();
  CAF_CHECK(!copy.downloads.all_synced());
  net.connect(copy, writer);
  CAF_CHECK(!copy.downloads.all_synced());
  CAF_CHECK(net.run_until([&] { return copy.downloads.all_synced(); }));
  CAF_CHECK_EQUAL(copy.length(), 0u);
  CAF_CHECK_EQUAL(copy.downloads.claimed_length(), 20u);
}
