#pragma once

#include "actors/greeter.hpp"
#include "actors/world/websocket_network.hpp"
#include "base/entropy.hpp"
#include "tests/actors/door.hpp"
#include "tests/actors/unkind_swarm.hpp"

#include <caf/send.hpp>

#include <memory>

namespace hyper::test {

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
