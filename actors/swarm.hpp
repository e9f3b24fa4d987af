#pragma once

#include "actors/messages.hpp"
#include "actors/peer_config.hpp"
#include "actors/runtime/timer.hpp"
#include "actors/world/network.hpp"
#include "net/swarm/dialer.hpp"
#include "net/swarm/redial.hpp"

#include <map>
#include <optional>
#include <set>
#include <unordered_map>

namespace hyper::actors {

/// Connections of one process. A server of ours with 100 clients has 200; what
/// comes above is refused before it costs more than a handshake.
inline constexpr std::size_t connections_max = 4096;

struct swarm_config {
  base::key_pair self;  ///< of the replication connections
  base::hash32 topic{}; ///< whom to replicate with: the discovery key
  peer_context peers;   ///< what every peer is given

  /// Server: answer calls under this key.
  std::optional<base::key_pair> serve;

  /// Client: be connected to the server as this caller.
  struct caller {
    base::public_key server{};
    base::key_pair identity;
  };
  std::optional<caller> call;

  /// Find other readers of the log, and be found by them.
  bool meet_readers = true;
};

/// Whom should I be connected to? Owns the wish list of peers, makes and ends
/// the peers, and decides which of two connections with one peer stays.
class swarm {
public:
  using handle = swarm_handle;
  static constexpr const char* name = "swarm";

  /// Peers are looked for by `discovery`; `doors`, if given, lets more in.
  swarm(handle::pointer self, swarm_config how, discovery_handle discovery,
        discovery_handle doors = {});

  handle::behavior_type make_behavior();

private:
  enum class purpose { replicate, serve, call };

  struct connection {
    peer_handle actor;
    std::shared_ptr<network> over;
    purpose why = purpose::replicate;
    base::public_key remote{};
    std::uint32_t stream = 0;
    bool dialed = false; ///< by us
    bool proven = false;
  };

  struct dial {
    purpose why = purpose::replicate;
    base::public_key remote{};
  };

  void start();
  void forward(const arrived& what);
  void hear(discovery_news& news);
  void end_dial(dial_ended& end);
  void note_proven(peer_id who);
  void end(const caf::down_msg& down);
  void note_announced(const base::hash32& target);
  caf::result<announced_everything> wait_for_announcements();
  void dial_more();
  void send_dial(purpose why, const base::public_key& remote,
                 dht::address_list hints);
  void adopt(dht::link&& link, const std::shared_ptr<network>& over,
             purpose why, bool dialed);
  void note_failed(const dial& which);
  void note_silent(peer_id who);
  void look_for_server();
  void replace_server(peer_id newest);
  bool calls_server() const;
  void settle_duplicate(peer_id arriving);
  void tell_gone(peer_id id, const connection& one);
  std::optional<peer_id> other_connection(peer_id than) const;
  bool is_connected_to(const base::public_key& remote) const;
  void stop();

  handle::pointer self_;
  swarm_config config_;
  discovery_handle discovery_;
  discovery_handle doors_;
  hyper::swarm::dialer dialer_;
  std::optional<hyper::swarm::redial> server_;
  std::map<std::uint64_t, dial> dials_;
  std::map<peer_id, connection> connections_;
  std::unordered_map<std::uint32_t, peer_id> streams_;
  std::map<caf::actor_id, peer_id> actors_;
  std::set<base::hash32> unannounced_;
  std::vector<caf::typed_response_promise<announced_everything>> waiting_;
  timer timer_;
  std::uint64_t next_dial_ = 1;
  peer_id next_peer_ = 1;
  bool looked_ = false;
  bool stopping_ = false;
};

} // namespace hyper::actors
