#include "actors/node.hpp"

#include "actors/caller.hpp"
#include "actors/discovery.hpp"
#include "actors/dispatcher.hpp"
#include "actors/greeter.hpp"
#include "actors/index.hpp"
#include "actors/log_writer.hpp"
#include "actors/replica.hpp"
#include "actors/swarm.hpp"
#include "store/log/open.hpp"

#include <caf/actor_cast.hpp>

namespace hyper::actors {

namespace {

// Names of key pairs of ours that the original draws at every start. With
// lasting ones, a restart leaves no dead records behind.
constexpr std::string_view name_of_server_swarm = "swarm";
constexpr std::string_view name_of_client_swarm = "swarm-client";

base::key_pair derive(const log::primary_key& from, std::string_view name) {
  return log::derive_key_pair(from, log::root_name_space, name);
}

template <class... Handles>
std::vector<caf::actor> in_order(const Handles&... handles) {
  return {caf::actor_cast<caf::actor>(handles)...};
}

dht::hyperdht_config configure(const node_world& world,
                               const dht_options& how) {
  dht::hyperdht_config out;
  auto server = world.net->local(dht::socket::server);
  out.node.bootstrap = how.bootstrap;
  out.node.server_port = server.port;
  out.host = server.host;
  out.claim_open = how.claim_open;
  out.stream_is_taken = [net = world.net](std::uint32_t id) {
    return net->is_taken(id);
  };
  return out;
}

discovery_handle start_discovery(const node_world& world,
                                 dht::hyperdht_config how) {
  return spawn_state<discovery>(*world.system, std::move(how), world.net,
                                world.chance);
}

discovery_handle start_greeter(const node_world& world, std::string via) {
  return spawn_state<greeter>(*world.system, greeter_config{std::move(via)},
                              world.sockets, world.chance);
}

head_announced announced(const log::state& log) {
  return {log.current, log.who.has_value(), log.blocks.contiguous()};
}

index_handle start_index(const node_world& world, kv::store* store,
                         const log::state& log, bool is_source) {
  index_config how;
  how.store = store;
  how.log = announced(log);
  how.is_source = is_source;
  if (log.compared)
    how.compared = base::instant{base::duration{*log.compared} - world.to_1970};
  return spawn_state<index>(*world.system, std::move(how));
}

peer_context peers_of(const node_world& world,
                      const base::public_key& log_key) {
  peer_context out;
  out.chance = world.chance;
  out.log_key = log_key;
  out.discovery_key = log::discovery_key(log_key);
  return out;
}

} // namespace

bootstrap_node start_bootstrap_node(const node_world& world, on_end end) {
  auto how = configure(world, {});
  how.node.role = dht::role::persistent;
  how.node.firewalled = false;
  how.node.address = world.net->local(dht::socket::server);
  bootstrap_node out;
  out.discovery = start_discovery(world, std::move(how));
  out.root = spawn_state<supervisor>(*world.system, in_order(out.discovery),
                                     std::move(end));
  return out;
}

server_keys derive_server_keys(const log::primary_key& from) {
  return {derive(from, log::name_of_database),
          derive(from, log::name_of_server),
          derive(from, name_of_server_swarm)};
}

client_keys derive_client_keys(const log::primary_key& from) {
  return {derive(from, log::name_of_client),
          derive(from, name_of_client_swarm)};
}

base::result<server_node> start_server_node(const node_world& world,
                                            const server_options& how,
                                            on_end end) {
  auto log = log::open_writer(*how.store,
                              log::single_signer_manifest(how.keys.log.pub));
  if (!log)
    return log.failure();
  server_node out;
  out.server_key = how.keys.calls.pub;
  out.core_key = log->key;
  out.index = start_index(world, how.store, *log, true);
  log_writer_config writing{how.store,    how.disk,  *log,
                            how.keys.log, how.names, how.report};
  auto writer =
      spawn_state<log_writer>(*world.system, std::move(writing), out.index);
  out.dispatcher = spawn_state<dispatcher>(*world.system, writer, out.index);
  auto discovery = start_discovery(world, configure(world, how.dht));
  swarm_config swarming;
  swarming.self = how.keys.swarm;
  swarming.topic = log::discovery_key(log->key);
  swarming.peers = peers_of(world, log->key);
  swarming.peers.index = out.index;
  swarming.peers.dispatcher = out.dispatcher;
  swarming.serve = how.keys.calls;
  discovery_handle doors;
  if (world.sockets)
    doors = start_greeter(world, {});
  out.swarm =
      spawn_state<swarm>(*world.system, std::move(swarming), discovery, doors);
  auto children =
      in_order(out.swarm, discovery, out.dispatcher, writer, out.index);
  if (doors)
    children.insert(children.begin() + 1, caf::actor_cast<caf::actor>(doors));
  out.root = spawn_state<supervisor>(*world.system, std::move(children),
                                     std::move(end));
  return out;
}

base::result<client_node> start_client_node(const node_world& world,
                                            const client_options& how,
                                            on_end end) {
  auto log = log::open_reader(*how.store, how.core_key);
  if (!log)
    return log.failure();
  client_node out;
  out.identity = how.keys.identity.pub;
  out.index = start_index(world, how.store, *log, false);
  replica_config copying{how.store, how.disk, *log, world.to_1970};
  auto copy =
      spawn_state<replica>(*world.system, std::move(copying), out.index);
  out.caller = spawn_state<caller>(*world.system);
  out.discovery = how.via.empty()
                      ? start_discovery(world, configure(world, how.dht))
                      : start_greeter(world, how.via);
  swarm_config swarming;
  swarming.self = how.keys.swarm;
  swarming.topic = log::discovery_key(log->key);
  swarming.peers = peers_of(world, log->key);
  swarming.peers.index = out.index;
  swarming.peers.replica = copy;
  swarming.peers.caller = out.caller;
  swarming.meet_readers = how.meet_readers && how.via.empty();
  swarming.call = swarm_config::caller{how.server_key, how.keys.identity};
  out.swarm =
      spawn_state<swarm>(*world.system, std::move(swarming), out.discovery);
  out.root = spawn_state<supervisor>(
      *world.system,
      in_order(out.swarm, out.discovery, out.caller, copy, out.index),
      std::move(end));
  return out;
}

} // namespace hyper::actors
