#pragma once

#include "base/time.hpp"
#include "net/dht/events.hpp"
#include "net/dht/peer_record.hpp"
#include "net/noise/handshake.hpp"

#include <cstdint>
#include <variant>
#include <vector>

// What HyperDHT tells whoever owns it.

namespace hyper::dht {

/// Names one connect(), one put or one get of ours. Never 0, never used twice.
enum class connect_id : std::uint64_t {};
enum class value_id : std::uint64_t {};

/// A finished handshake and the way to the peer: all that a stream needs.
/// `early` are whole stream packets that arrived before anybody could own the
/// stream: at most early_packets_max, in the order of arrival, all from
/// `remote`; feed them first. The remote's key is proven only by the first
/// message of the secret stream that decrypts: nothing may be done in its name,
/// and no older connection displaced, before that.
struct link {
  noise::session session;
  std::uint32_t local_stream = 0;  ///< stands in packets to us
  std::uint32_t remote_stream = 0; ///< stands in packets to the peer
  socket via = socket::server;     ///< where packets leave
  base::endpoint remote;
  std::vector<base::bytes> early;
};

/// A connect() has succeeded; session.is_initiator is true.
struct connected {
  connect_id id{};
  dht::link link;
};

enum class connect_failure : std::uint8_t {
  not_found,    ///< no node knows the key
  no_answer,    ///< nodes know the key, the peer does not answer
  incompatible, ///< the peer speaks another version
  refused,      ///< the peer answered with an error
  no_way,       ///< no address of the peer can be reached
  timed_out,    ///< a way was agreed on, no packet came
  limit,        ///< too many connects are under way
};

struct connect_failed {
  connect_id id{};
  connect_failure why{};
};

/// A peer has connected to a listening key; session.is_initiator is false.
struct accepted {
  base::public_key listening;
  dht::link link;
};

/// A record of a topic. The same peer is told once per refresh.
struct peer_found {
  base::hash32 topic{};
  peer_record peer;
};

/// One look around a topic is over: a lookup(), or a refresh of a join().
struct lookup_done {
  base::hash32 topic{};
  std::size_t peers = 0; ///< told since it began
  std::size_t nodes = 0; ///< that answered; 0: nobody could be asked
};

/// A topic announcement, or the key of listen(), is stored at that many nodes.
/// Each renewal tells it again. 0: at none; it is tried again soon.
struct announced {
  base::hash32 target{}; ///< the topic, or target_of(key)
  base::public_key key{};
  std::size_t nodes = 0;
};

/// A key of listen() can be found and answers, if any node is there to find it.
struct listening {
  base::public_key key{};
  address_list relays; ///< the nodes that took the announcement
};

/// The first bootstrap is over: queries will find whom there is to find.
struct ready {};

/// close() is done: nothing more will be sent.
struct closed {};

/// A put is stored at that many nodes; 0: at none.
struct value_stored {
  value_id id{};
  base::hash32 target{};
  std::size_t nodes = 0;
};

/// The end of a get; `value` has been checked against key or hash.
struct value_found {
  value_id id{};
  std::uint64_t seq = 0; ///< 0 for immutable values
  base::bytes value;
};
struct value_missing {
  value_id id{};
};

using hyperdht_event =
    std::variant<ready, listening, announced, connected, connect_failed,
                 accepted, peer_found, lookup_done, value_stored, value_found,
                 value_missing, changed, closed>;

} // namespace hyper::dht
