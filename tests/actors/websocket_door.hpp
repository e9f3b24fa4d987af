#pragma once

#include "actors/greeter.hpp"
#include "actors/world/websocket_network.hpp"
#include "base/entropy.hpp"
#include "tests/actors/door.hpp"

#include <caf/send.hpp>

#include <memory>

namespace hyper::test {

/// What a swarm was told.
struct greeted {
  std::size_t proven = 0; ///< by those that came
  std::size_t failed = 0; ///< dials
};

/// A swarm that hangs up on whoever has proven a key, and counts.
struct unkind_swarm {
  using handle = actors::swarm_handle;
  static constexpr const char* name = "unkind_swarm";

  unkind_swarm(handle::pointer own, std::shared_ptr<greeted> count)
      : self(own), seen(std::move(count)) {}

  handle::behavior_type make_behavior() {
    return {
        [](const actors::arrived&) {},
        [](const actors::tick&) {},
        [this](const actors::dial_ended& end) {
          if (!std::holds_alternative<dht::link>(end.outcome))
            ++seen->failed;
        },
        [this](const actors::discovery_news& news) {
          ++seen->proven;
          const auto& link = std::get<dht::accepted>(news.what).link;
          news.over->release(link.local_stream, std::nullopt);
        },
        [](const actors::peer_proven&) {},
        [](const actors::peer_silent&) {},
        [](const actors::swarm_query&) { return actors::swarm_status{}; },
        [](const actors::wait_until_announced&) {
          return actors::announced_everything{};
        },
        [this](const actors::shut_down&) { self->quit(); },
    };
  }

  handle::pointer self;
  std::shared_ptr<greeted> seen;
};

/// The door of `--ws` on loopback, in this process: it greets, and no more.
/// With `via` it dials that server, too.
class websocket_door final : public door {
public:
  explicit websocket_door(std::size_t most = actors::websockets_max,
                          std::string via = {}) {
    auto opened = actors::open_websocket_network(
        world_.io(), base::endpoint{{127, 0, 0, 1}, 0}, most);
    HYPER_ASSERT(opened.ok());
    net_ = *opened;
    greeter_ = actors::spawn_state<actors::greeter>(
        world_.system(), actors::greeter_config{std::move(via)}, net_,
        std::make_shared<base::seeded_entropy>(1));
    swarm_ = actors::spawn_state<unkind_swarm>(world_.system(), seen_);
    caf::anon_send(greeter_, actors::attach_swarm{swarm_});
    caf::anon_send(greeter_, actors::listen_under{base::make_key_pair({})});
    turn();
  }

  ~websocket_door() override {
    caf::anon_send(greeter_, actors::shut_down{});
    caf::anon_send(swarm_, actors::shut_down{});
    turn();
  }

  void dial() {
    auto key = base::make_key_pair({});
    caf::anon_send(greeter_, actors::dial_peer{1, key, key.pub, {}});
  }

  std::uint16_t port() const override {
    return net_->local(dht::socket::server).port;
  }

  const greeted& seen() const { return *seen_; }

private:
  std::shared_ptr<actors::network> net_;
  std::shared_ptr<greeted> seen_ = std::make_shared<greeted>();
  actors::discovery_handle greeter_;
  actors::swarm_handle swarm_;
};

} // namespace hyper::test
