#pragma once

#include "actors/messages.hpp"
#include "actors/peer_config.hpp"
#include "actors/runtime/host.hpp"
#include "actors/runtime/timer.hpp"
#include "actors/world/network.hpp"
#include "net/peer/connection.hpp"

#include <map>
#include <memory>
#include <vector>

namespace hyper::actors {

/// What does this remote say, and what does it have? Owns one connection: its
/// transport stream, secret stream, multiplexer and channels. If it fails, the
/// connection fails, and nothing else.
class peer {
public:
  using handle = peer_handle;
  static constexpr const char* name = "peer";

  peer(handle::pointer self, peer_id id, dht::link way,
       std::shared_ptr<network> net, peer_purpose what, peer_context context,
       swarm_handle swarm);

  handle::behavior_type make_behavior();

private:
  void begin(const head_announced& log);
  hyper::peer::connection_config configure(const head_announced& log) const;
  void receive(const datagram_batch& batch);
  void learn(const head_announced& log);
  void call(const rpc_call& what);
  void answer(const rpc_answer& what);
  void give(const proofs_made& what);
  void ask(const fetch& what);
  void ask(replication::channel& channel, const replication::order& one);
  void hang_up_because(std::string why);

  void drain();
  void flush();
  void deliver(hyper::peer::event& event);
  void deliver_opened();
  void deliver_answer(rpc::answered& back);
  void deliver_replication(replication::event& event);
  void pass_on();
  void finish(const std::string& why);

  handle::pointer self_;
  peer_id id_;
  dht::link way_;
  std::shared_ptr<network> net_;
  peer_purpose what_;
  peer_context context_;
  swarm_handle swarm_;
  std::unique_ptr<hyper::peer::connection>
      connection_; ///< once there is a head
  std::vector<arrived> waiting_;
  std::vector<base::proof_request> wanted_;
  std::shared_ptr<std::vector<replication::event>> news_;
  std::map<rpc::request_id, std::uint64_t> calls_;
  std::uint64_t connection_tag_;
  timer timer_;
};

} // namespace hyper::actors
