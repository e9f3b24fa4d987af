#pragma once

#include "actors/messages.hpp"
#include "actors/runtime/timer.hpp"
#include "actors/world/datagram_batch.hpp"
#include "actors/world/network.hpp"
#include "net/dht/hyperdht.hpp"

#include <map>
#include <memory>

namespace hyper::actors {

/// Where is the peer with this key, and who holds this topic? Owns the DHT
/// node: its table, queries, records, announcements and half-open handshakes.
class discovery {
public:
  using handle = discovery_handle;
  static constexpr const char* name = "discovery";

  discovery(handle::pointer self, dht::hyperdht_config how,
            std::shared_ptr<network> net,
            std::shared_ptr<base::entropy> chance);

  handle::behavior_type make_behavior();

private:
  void receive(const arrived& what);
  void pass_on(std::uint32_t stream, const datagram_batch::item& one);
  void dial(const dial_peer& wish);
  void drain();
  void flush();
  void deliver(dht::hyperdht_event& event);
  void hand_over(std::uint32_t stream);

  handle::pointer self_;
  std::shared_ptr<network> net_;
  std::shared_ptr<base::entropy> chance_;
  dht::hyperdht dht_;
  timer timer_;
  swarm_handle swarm_;
  std::map<dht::connect_id, std::uint64_t> dials_;
  bool ready_ = false;
};

} // namespace hyper::actors
