#pragma once

#include "base/time.hpp"
#include "net/dht/message.hpp"

#include <variant>

// What a node tells the layer above it.

namespace hyper::dht {

/// The two UDP sockets of a node. A firewalled node sends from `client`; the
/// server socket has then sent nothing, so that a datagram that arrives there
/// proves that strangers can reach us.
enum class socket : std::uint8_t { server, client };

/// A datagram that is to leave.
struct transmit {
  socket via = socket::server;
  base::endpoint to;
  base::bytes datagram;
};

/// Names one request or one query of ours. Never 0, never used twice.
enum class request_id : std::uint64_t {};
enum class query_id : std::uint64_t {};

/// Somebody asks for a command that is not internal. `message.id` is there only
/// if it is the sender's, `message.token` only if it is valid; a wrong token
/// has been answered already. Answer with node::reply(), or not at all.
struct incoming_request {
  request message;
  base::endpoint from;
  socket via = socket::server;
};

/// The answer to node::ask(); may carry an error. `message.id` is there only if
/// it is the sender's. `from` is always the address that was asked.
struct answered {
  request_id id{};
  response message;
  base::endpoint from;
  socket via = socket::server; ///< where it arrived
  base::duration round_trip{}; ///< since the request was first sent
};

enum class failure : std::uint8_t {
  timed_out, ///< no answer to any of the tries
  limit,     ///< too many requests are under way; nothing was sent
  suspended, ///< the node was suspended meanwhile
};

/// node::ask() ends without an answer.
struct failed {
  request_id id{};
  failure why = failure::timed_out;
};

/// One node's answer, without error, to node::search().
struct query_reply {
  query_id id{};
  base::endpoint from;
  std::optional<node_id> node; ///< none: an ephemeral node
  std::optional<write_token> token;
  base::endpoint to; ///< our address as that node sees it
  socket via = socket::server;
  base::bytes value;
};

/// A node that has answered a query and can be written to.
struct closest_node {
  base::endpoint address;
  node_id id{};
  std::optional<write_token> token;
  base::endpoint to; ///< our address as that node sees it
};

/// node::search() has ended; always the last event of a query. The layer above
/// writes, if it wants to, by ask() to each of `closest` with its token.
struct query_done {
  query_id id{};
  std::vector<closest_node> closest; ///< nearest first; at most 20
  std::size_t replies = 0;           ///< without error
  std::size_t errors = 0;            ///< error replies and timeouts
};

/// What has become of the node itself.
enum class change : std::uint8_t {
  bootstrapped, ///< somebody answered: at the start, and each time that
                ///< contact is found again after `unreachable`
  unreachable,  ///< a node with a bootstrap list knows nobody that answers
  persistent,   ///< has got an id, takes part
  ephemeral,    ///< has lost its id, after sleep
  open,         ///< firewalled() has become false
  address,      ///< address_as_seen() is another one
  health,       ///< health() is another one
  woken,        ///< more than 15 s have passed between two ticks
};

struct changed {
  change what{};
};

using event = std::variant<incoming_request, answered, failed, query_reply,
                           query_done, changed>;

} // namespace hyper::dht
