#pragma once

#include "actors/log_writer.hpp"
#include "actors/messages.hpp"
#include "actors/supervisor.hpp"
#include "actors/world/disk.hpp"
#include "actors/world/network.hpp"
#include "base/entropy.hpp"
#include "net/dht/hyperdht.hpp"
#include "store/log/keys.hpp"
#include "store/registry/names.hpp"

#include <caf/actor_system.hpp>

#include <memory>
#include <string>

// Which actors make a program. The simulator builds the same nodes on another
// network, another disk and other chance.

namespace hyper::actors {

/// What a node is given from outside.
struct node_world {
  caf::actor_system* system = nullptr;
  std::shared_ptr<network> net;     ///< datagrams; a client may do without
  std::shared_ptr<network> sockets; ///< WebSockets; none: not over these
  std::shared_ptr<base::entropy> chance;
  base::duration to_1970{}; ///< from the start of the time line
};

/// How a node takes part in the DHT.
struct dht_options {
  std::vector<base::endpoint> bootstrap;
  bool claim_open = true;
};

/// A node of the DHT that others begin with.
struct bootstrap_node {
  discovery_handle discovery;
  supervisor_handle root;
};
bootstrap_node start_bootstrap_node(const node_world& world, on_end end);

/// Key pairs that a server derives from its primary key.
struct server_keys {
  base::key_pair log;   ///< signs the log
  base::key_pair calls; ///< clients dial it
  base::key_pair swarm; ///< replication connections
};
server_keys derive_server_keys(const log::primary_key& from);

/// The same for a client: who it is to the server, and to other readers.
struct client_keys {
  base::key_pair identity;
  base::key_pair swarm;
};
client_keys derive_client_keys(const log::primary_key& from);

struct server_options {
  dht_options dht;
  kv::store* store = nullptr; ///< both outlive the node
  actors::disk* disk = nullptr;
  server_keys keys;
  registry::name_policy names = registry::name_policy::strict;
  on_trouble report =
      {}; ///< told when the storage fails, and when it is well again
};

struct server_node {
  base::public_key server_key{};
  base::public_key core_key{};
  swarm_handle swarm;
  index_handle index;
  dispatcher_handle dispatcher;
  supervisor_handle root;
};
/// Fails if the store holds something else, or cannot be read.
base::result<server_node> start_server_node(const node_world& world,
                                            const server_options& how,
                                            on_end end);

struct client_options {
  dht_options dht;
  kv::store* store = nullptr; ///< both outlive the node
  actors::disk* disk = nullptr;
  client_keys keys;
  base::public_key server_key{};
  base::public_key core_key{};

  /// Find other readers of the log, and be found by them. Without, the copy
  /// comes from a server of ours alone, over the connection that calls it.
  bool meet_readers = true;

  /// "HOST:PORT" of the server's WebSocket; then there is no DHT, and nobody
  /// else is met. Empty: over the DHT.
  std::string via;
};

struct client_node {
  base::public_key identity{};
  swarm_handle swarm;
  index_handle index;
  caller_handle caller;
  discovery_handle discovery;
  supervisor_handle root;
};
base::result<client_node> start_client_node(const node_world& world,
                                            const client_options& how,
                                            on_end end);

} // namespace hyper::actors
