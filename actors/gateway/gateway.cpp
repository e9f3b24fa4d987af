#include "actors/gateway/gateway.hpp"

#include "actors/gateway/feed.hpp"
#include "actors/gateway/session.hpp"

#include <caf/send.hpp>

namespace hyper::actors::gateway {

gateway::gateway(handle::pointer self, const index_handle& index,
                 feed_handle events, std::shared_ptr<listener> doors)
    : self_(self), index_(index), events_(std::move(events)),
      doors_(std::move(doors)) {}

gateway::~gateway() {
  doors_->stop();
  caf::anon_send(events_, shut_down{});
}

gateway::handle::behavior_type gateway::make_behavior() {
  self_->monitor(index_);
  self_->set_down_handler([this](const caf::down_msg&) { self_->quit(); });
  return {
      [this](const shut_down&) { self_->quit(); },
  };
}

base::result<base::endpoint> start_gateway(boost::asio::io_context& io,
                                           caf::actor_system& system,
                                           const gateway_config& how) {
  auto events = spawn_state<feed>(system, how.index);
  session_config config{how.index, events, how.log, how.who, how.tools};
  // An actor that nobody knows ends: the open doors know theirs.
  auto owner = std::make_shared<gateway_handle>();
  auto doors = listen(io, system, how.where, how.bounds, how.tools,
                      [&system, config, owner] {
                        return spawn_state<session>(system, config);
                      });
  if (!doors) {
    caf::anon_send(events, shut_down{});
    return doors.failure();
  }
  auto local = (*doors)->local();
  *owner = spawn_state<gateway>(system, how.index, events, std::move(*doors));
  return local;
}

} // namespace hyper::actors::gateway
