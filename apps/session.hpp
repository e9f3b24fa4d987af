#pragma once

#include "actors/node.hpp"
#include "actors/world/store_folder.hpp"
#include "actors/world/system_entropy.hpp"
#include "actors/world/udp_network.hpp"
#include "actors/world/world.hpp"
#include "apps/options.hpp"
#include "apps/tracing.hpp"

#include <memory>
#include <string>

// What the programs have in common: a world, and how they end.

namespace hyper::apps {

/// Exit codes beside those of one-shot commands.
inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_unusable = 2;

/// Says what is wrong on standard error; gives the exit code.
int complain(const base::error& problem);

/// A folder with its store, and the disk thread in front of it.
struct storage {
  actors::store_folder folder;
  std::unique_ptr<actors::disk> disk;
};
base::result<storage> open_storage(const std::string& folder,
                                   const options& how, base::entropy& chance);

/// The outside of one node.
base::result<actors::node_world>
open_node_world(actors::world& on, const base::fixed_bytes<4>& host,
                std::uint16_t port);

/// The outside of a client, as the command line asks: the DHT, or a WebSocket.
base::result<actors::node_world> open_client_world(actors::world& on,
                                                   const options& how);

/// Lets peers in over WebSockets as the command line asks, or not at all; says
/// on standard error where.
base::status open_doors(actors::world& on, const options& how,
                        actors::node_world& outside);

/// Answers HTTP from the index as the command line asks, or not at all; says
/// on standard error where. Ends with the index.
base::status open_gateway(actors::world& on, const options& how,
                          const actors::index_handle& index,
                          const base::public_key& log,
                          const actors::gateway::instruments& tools);

/// How to take part in the DHT. Resolves the names of the public network.
actors::dht_options dht_options_of(const options& how);

} // namespace hyper::apps
