#pragma once

#include "actors/messages.hpp"
#include "base/entropy.hpp"

#include <memory>
#include <optional>

namespace hyper::actors {

/// What every peer of a process is given. Handles that a program has no use
/// for are empty.
struct peer_context {
  std::shared_ptr<base::entropy> chance;
  base::public_key log_key{};
  base::hash32 discovery_key{};
  index_handle index;
  replica_handle replica;
  dispatcher_handle dispatcher;
  caller_handle caller;
};

/// What the connection is for, apart from replication, which each may carry.
struct peer_purpose {
  bool serve_calls = false; ///< answer RPC requests under `rpc_id`
  bool make_calls = false;  ///< open the RPC channel of `rpc_id`
  base::public_key rpc_id{};

  /// Open the log's channel without waiting for the remote to do so.
  bool open_replication = true;
};

} // namespace hyper::actors
