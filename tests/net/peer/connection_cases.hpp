#pragma once

// One connection, over the carrier that the including file has named: `over`.

#include "net/peer/connection.hpp"

#include "net/rpc/values.hpp"
#include "net/transport/frame.hpp"
#include "tests/support/property.hpp"

#include <algorithm>
#include <deque>
#include <memory>

using namespace hyper;
using namespace std::chrono_literals;

namespace {

base::key_pair pair_of(std::uint8_t seed) {
  base::seed from{};
  from.fill(seed);
  return base::make_key_pair(from);
}

struct sessions {
  noise::session initiator;
  noise::session responder;
};

sessions shake_hands(base::entropy& chance) {
  auto a = noise::make_static(pair_of(1));
  auto b = noise::make_static(pair_of(2));
  noise::handshake first{
      noise::pattern::ik, noise::role::initiator, a, {}, b.pair.pub};
  noise::handshake second{noise::pattern::ik, noise::role::responder, b, {}};
  auto hello = first.write(chance, {});
  CAF_REQUIRE(second.read(*hello).ok());
  auto answer = second.write(chance, {});
  CAF_REQUIRE(first.read(*answer).ok());
  return {first.outcome(), second.outcome()};
}

/// One side, and what it has told.
struct side {
  std::unique_ptr<peer::connection> it;
  base::endpoint address;
  std::vector<peer::event> told;

  template <class Event>
  std::size_t count() const {
    std::size_t n = 0;
    for (const auto& one : told)
      n += std::holds_alternative<Event>(one) ? 1 : 0;
    return n;
  }

  template <class Event>
  const Event* last() const {
    for (auto at = told.rbegin(); at != told.rend(); ++at)
      if (const auto* found = std::get_if<Event>(&*at))
        return found;
    return nullptr;
  }
};

/// Two connections, what is on the way between them, and a clock that jumps.
/// Datagrams may be lost; the sockets of a WebSocket lose nothing, keep the
/// order, and answer pings.
struct pair_fixture {
  struct packet {
    base::instant due;
    bool to_server = false;
    base::bytes data;
  };

  static constexpr std::uint32_t client_stream = 11;
  static constexpr std::uint32_t server_stream = 22;

  pair_fixture() : chance(7) {
    client.address = {{127, 0, 0, 1}, 1000};
    server.address = {{127, 0, 0, 1}, 2000};
  }

  peer::connection_config configure(const noise::session& session, bool first,
                                    std::uint8_t log_seed) {
    peer::connection_config out;
    out.link.session = session;
    out.link.over = over;
    out.link.local_stream = first ? client_stream : server_stream;
    out.link.remote_stream = first ? server_stream : client_stream;
    out.link.remote = first ? server.address : client.address;
    out.rpc = peer::rpc_config{pair_of(2).pub};
    peer::replication_config log;
    log.log_key = pair_of(log_seed).pub;
    log.discovery_key = base::blake2b(base::bytes_view{pair_of(3).pub});
    log.downloading = true;
    log.open_at_once = first;
    log.head = {0, first ? 0U : 5U, !first};
    if (!first)
      log.blocks.insert({0, 5});
    out.replication = log;
    return out;
  }

  void start(std::uint8_t server_log = 3) {
    auto keys = shake_hands(chance);
    client.it = std::make_unique<peer::connection>(
        configure(keys.initiator, true, 3), chance, now);
    server.it = std::make_unique<peer::connection>(
        configure(keys.responder, false, server_log), chance, now);
    run();
  }

  void collect(side& from, bool to_server) {
    while (auto out = from.it->poll_transmit())
      post(to_server, out->datagram);
    while (auto event = from.it->poll_event())
      from.told.push_back(std::move(*event));
  }

  void post(bool to_server, base::bytes_view what) {
    if (over == transport::carrier::websocket)
      post_frame(to_server, *transport::decode_frame(what));
    else if (!cut)
      queue.push_back({now + 5ms, to_server, base::to_bytes(what)});
  }

  void post_frame(bool to_server, transport::frame what) {
    using transport::frame_kind;
    if (what.kind == frame_kind::ping)
      what.kind = frame_kind::pong; // comes back when it has got there
    auto back = what.kind == frame_kind::pong;
    what.stream = to_server != back ? server_stream : client_stream;
    auto& line = cut ? held : queue;
    line.push_back({now + (back ? 10ms : 5ms), to_server != back,
                    transport::encode_frame(what)});
    if (what.kind == frame_kind::close && transport::is_orderly(what)) {
      what.stream = to_server ? client_stream : server_stream;
      line.push_back({now + 10ms, !to_server, transport::encode_frame(what)});
    }
  }

  void collect() {
    collect(client, true);
    collect(server, false);
  }

  /// Delivers what is on the way until nothing is.
  void run() {
    collect();
    if (!cut)
      queue.insert(queue.end(), held.begin(), held.end()), held.clear();
    while (!queue.empty()) {
      auto first = std::ranges::min_element(queue, {}, &packet::due);
      auto one = std::move(*first);
      queue.erase(first);
      now = std::max(now, one.due);
      auto& to = one.to_server ? server : client;
      const auto& from = one.to_server ? client : server;
      to.it->handle_packet(now, from.address, one.data);
      collect();
    }
  }

  /// Lets that much time pass, with every timer on the way.
  void pass(base::duration time) {
    auto end = now + time;
    while (true) {
      run();
      auto due = end;
      for (auto* one : {&client, &server})
        if (auto at = one->it->poll_timeout())
          due = std::min(due, *at);
      if (due >= end)
        break;
      now = std::max(now, due);
      client.it->handle_timeout(now);
      server.it->handle_timeout(now);
    }
    now = std::max(now, end);
  }

  void call() {
    auto asked = client.it->call(now, "register", rpc::encode_name("a"));
    CAF_REQUIRE(asked.ok());
  }

  base::seeded_entropy chance;
  base::instant now{1s};
  side client;
  side server;
  std::deque<packet> queue;
  std::deque<packet> held; ///< by a line that is cut
  bool cut = false;        ///< nothing arrives any more
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(connection_tests, pair_fixture)

CAF_TEST(both sides open their channels and prove their keys) {
  start();
  for (auto* one : {&client, &server}) {
    CAF_CHECK_EQUAL(one->count<peer::proven>(), 1u);
    CAF_CHECK_EQUAL(one->count<peer::rpc_opened>(), 1u);
    CAF_CHECK_EQUAL(one->count<peer::replication_opened>(), 1u);
    CAF_CHECK_EQUAL(one->count<peer::closed>(), 0u);
  }
}

CAF_TEST(law_L9 an answer that has arrived is known to have arrived) {
  start();
  call();
  run();
  const auto* called = server.last<rpc::called>();
  CAF_REQUIRE(called != nullptr);
  auto id = called->call;
  CAF_CHECK_EQUAL(called->method, "register");
  CAF_CHECK_EQUAL(server.count<peer::answer_delivered>(), 0u);
  base::writer text;
  text.string("OK");
  server.it->answer(now, id, text.data());
  run();
  CAF_CHECK_EQUAL(client.count<rpc::answered>(), 1u);
  const auto* delivered = server.last<peer::answer_delivered>();
  CAF_REQUIRE(delivered != nullptr);
  CAF_CHECK(delivered->call == id);
}

CAF_TEST(law_L9 an answer that has not arrived is not said to have) {
  start();
  call();
  run();
  cut = true;
  base::writer text;
  text.string("OK");
  server.it->answer(now, server.last<rpc::called>()->call, text.data());
  pass(1s);
  CAF_CHECK_EQUAL(server.count<peer::answer_delivered>(), 0u);
  cut = false;
  pass(5s);
  CAF_CHECK_EQUAL(server.count<peer::answer_delivered>(), 1u);
}

CAF_TEST(the client hears what the server has) {
  start();
  std::uint64_t length = 0;
  for (const auto& one : client.told)
    if (const auto* event = std::get_if<replication::event>(&one))
      if (const auto* state = std::get_if<replication::sync>(event))
        length = state->length;
  CAF_CHECK_EQUAL(length, 5u);
}

CAF_TEST(what grows while the channel is being opened is told) {
  auto keys = shake_hands(chance);
  client.it = std::make_unique<peer::connection>(
      configure(keys.initiator, true, 3), chance, now);
  server.it = std::make_unique<peer::connection>(
      configure(keys.responder, false, 3), chance, now);
  client.it->announce(now, {0, 3, true}, {0, 3}); // has said that it opens
  server.it->announce(now, {0, 7, true}, {0, 7}); // has not been asked
  run();
  std::uint64_t heard = 0;
  std::uint64_t echoed = 0;
  for (const auto& one : client.told)
    if (const auto* event = std::get_if<replication::event>(&one))
      if (const auto* state = std::get_if<replication::sync>(event)) {
        heard = state->length;
        echoed = state->remote_length;
      }
  CAF_CHECK_EQUAL(heard, 7u);
  CAF_CHECK_EQUAL(echoed, 3u);
}

CAF_TEST(law_L6 a remote that does not know the log key is refused) {
  start(4);
  pass(1s);
  CAF_CHECK_EQUAL(client.count<peer::replication_opened>() +
                      server.count<peer::replication_opened>(),
                  0u);
  CAF_CHECK(client.count<peer::closed>() + server.count<peer::closed>() > 0);
}

CAF_TEST(silence is told once and long before the transport gives up) {
  start();
  cut = true;
  call();
  pass(1s);
  CAF_CHECK_EQUAL(client.count<peer::silent>(), 0u);
  pass(2s);
  CAF_CHECK_EQUAL(client.count<peer::silent>(), 1u);
  pass(4s);
  CAF_CHECK_EQUAL(client.count<peer::silent>(), 1u);
  CAF_CHECK_EQUAL(client.count<peer::closed>(), 0u);
  pass(20s);
  CAF_CHECK_EQUAL(client.count<peer::closed>(), 1u);
}

CAF_TEST(silence is over when something is heard) {
  start();
  cut = true;
  call();
  pass(4s);
  cut = false;
  pass(10s);
  CAF_CHECK_EQUAL(client.count<peer::silent>(), 1u);
  CAF_CHECK_EQUAL(server.count<rpc::called>(), 1u);
  CAF_CHECK_EQUAL(client.count<peer::closed>(), 0u);
}

CAF_TEST(idle connections stay) {
  start();
  pass(10min);
  CAF_CHECK_EQUAL(client.count<peer::closed>(), 0u);
  CAF_CHECK_EQUAL(client.count<peer::silent>(), 0u);
}

CAF_TEST(destroying tells the other side at once) {
  start();
  server.it->destroy(now, "shutting down");
  run();
  CAF_CHECK_EQUAL(server.count<peer::closed>(), 1u);
  CAF_REQUIRE_EQUAL(client.count<peer::closed>(), 1u);
  CAF_CHECK(client.last<peer::closed>()->by_remote);
}

CAF_TEST(ending lets everything written arrive) {
  start();
  call();
  client.it->end(now);
  pass(1s);
  CAF_CHECK_EQUAL(server.count<rpc::called>(), 1u);
  CAF_CHECK_EQUAL(client.count<peer::closed>(), 1u);
  CAF_CHECK_EQUAL(server.count<peer::closed>(), 1u);
}

CAF_TEST(damaged and foreign packets never crash a connection) {
  start();
  base::seeded_entropy noise{9};
  for (int round = 0; round < 300; ++round) {
    if (!client.it->call(now, "register", rpc::encode_name("abc")))
      break;
    collect();
    for (auto& one : queue)
      if (round % 3 == 0) {
        auto bit = noise.below(one.data.size() * 8);
        one.data[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      }
    base::bytes junk(noise.below(1400));
    noise.fill(junk);
    server.it->handle_packet(now, client.address, junk);
    pass(20ms);
  }
  CAF_CHECK(server.count<peer::closed>() <= 1);
  CAF_CHECK(client.count<peer::closed>() <= 1);
}

CAF_TEST_FIXTURE_SCOPE_END()
