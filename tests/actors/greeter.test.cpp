#define CAF_SUITE actors_greeter

#include "tests/actors/fixture.hpp"

#include "actors/greeter.hpp"
#include "actors/world/datagram_batch.hpp"
#include "tests/actors/unkind_swarm.hpp"

#include <map>
#include <set>

using namespace hyper;
using transport::frame_kind;

namespace {

/// WebSockets that a test plays.
struct played_network final : actors::network {
  transport::carrier carries() const override {
    return transport::carrier::websocket;
  }
  void start(const actors::packet_sink&) override {}
  void send(dht::socket, std::span<const actors::outgoing> packets) override {
    for (const auto& one : packets)
      if (auto what = transport::decode_frame(one.data);
          what->kind == frame_kind::data)
        sent[what->stream].push_back(base::to_bytes(what->payload));
  }
  void claim(std::uint32_t, const actors::packet_sink&) override {}
  void release(std::uint32_t stream,
               const std::optional<udx::tombstone>&) override {
    released.insert(stream);
  }
  bool is_taken(std::uint32_t) const override { return false; }
  base::endpoint local(dht::socket) const override { return {}; }
  void stop() override {}

  std::map<std::uint32_t, std::vector<base::bytes>> sent;
  std::set<std::uint32_t> released;
};

struct greeter_fixture : test_coordinator_fixture<> {
  greeter_fixture()
      : net(std::make_shared<played_network>()),
        seen(std::make_shared<test::greeted>()) {
    greeter = actors::spawn_state<actors::greeter>(
        sys, actors::greeter_config{}, net,
        std::make_shared<base::seeded_entropy>(1));
    swarm = actors::spawn_state<test::unkind_swarm>(sys, seen);
    anon_send(greeter, actors::attach_swarm{swarm});
    anon_send(greeter, actors::listen_under{test::pair_of(1)});
    sched.run();
  }

  ~greeter_fixture() {
    anon_send(greeter, actors::shut_down{});
    anon_send(swarm, actors::shut_down{});
    sched.run();
  }

  void bring(std::uint32_t stream, frame_kind kind,
             base::bytes_view payload = {}) {
    auto packet = transport::encode_frame({stream, kind, payload});
    anon_send(greeter, actors::arrived{actors::one_datagram(dht::socket::server,
                                                            {}, packet)});
    sched.run();
  }

  /// The guest's side of a handshake; whether it comes to its end.
  bool shake_hands(std::uint32_t stream) {
    base::seeded_entropy chance{stream};
    auto key = noise::make_static(test::pair_of(2));
    secret_stream::framed_handshake guest{noise::role::initiator, key, chance};
    std::size_t heard = 0;
    for (int round = 0; round < 4 && !guest.finished(); ++round) {
      if (auto out = guest.poll_transmit())
        bring(stream, frame_kind::data, *out);
      for (auto& said = net->sent[stream]; heard < said.size(); ++heard)
        if (!guest.handle_bytes(said[heard]))
          return false;
    }
    if (auto out = guest.poll_transmit())
      bring(stream, frame_kind::data, *out);
    return guest.finished();
  }

  std::shared_ptr<played_network> net;
  std::shared_ptr<test::greeted> seen;
  actors::discovery_handle greeter;
  actors::swarm_handle swarm;
};

constexpr auto most = static_cast<std::uint32_t>(actors::greetings_max);

} // namespace

CAF_TEST_FIXTURE_SCOPE(greeter_tests, greeter_fixture)

CAF_TEST(a guest that proves its key is handed on) {
  bring(2, frame_kind::open);
  CAF_CHECK(shake_hands(2));
  CAF_CHECK_EQUAL(seen->proven, 1u);
}

CAF_TEST(a guest that is silent is given up in time) {
  bring(2, frame_kind::open);
  sched.advance_time(actors::greeting_time_max - base::milliseconds{1});
  sched.run();
  CAF_CHECK(net->released.empty());
  sched.advance_time(base::milliseconds{1});
  sched.run();
  CAF_CHECK_EQUAL(net->released.count(2), 1u);
  CAF_CHECK(!shake_hands(2));
}

CAF_TEST(silent guests keep nobody out) {
  for (std::uint32_t i = 1; i <= most; ++i) {
    bring(2 * i, frame_kind::open);
    sched.advance_time(base::milliseconds{1});
    sched.run();
  }
  CAF_CHECK(net->released.empty());
  auto last = 2 * (most + 1);
  bring(last, frame_kind::open);
  CAF_CHECK(net->released == std::set<std::uint32_t>{2});
  CAF_CHECK(shake_hands(last));
  // There is room again: nobody has to go.
  bring(last + 2, frame_kind::open);
  CAF_CHECK_EQUAL(net->released.count(4), 0u);
  CAF_CHECK_EQUAL(seen->proven, 1u);
}

CAF_TEST_FIXTURE_SCOPE_END()
