#pragma once

#include "net/dht/envelope.hpp"

#include <optional>
#include <variant>

// How handshakes and punch requests find their way between peers that cannot
// reach each other: every decision as a plain function of what arrived.
// Tables: docs/hyperdht.md.

namespace hyper::dht {

/// What a node knows about the target of a request.
struct relay_knowledge {
  bool is_ours = false;                    ///< we listen under the target
  std::optional<base::endpoint> announcer; ///< who has announced it here
};

/// Send the request on, under its tid, with this value.
struct relay_onwards {
  base::endpoint to;
  base::bytes value;
};

/// Send a response under the tid of the request, with this value.
struct relay_response {
  base::endpoint to;
  base::bytes value;
};

/// Tell the sender which nodes are closer to the target.
struct relay_closer {};

/// It is for us: the server of the target answers.
struct relay_arrived {};

/// Not allowed, or nobody to send it to.
struct relay_drop {};

using relay_action = std::variant<relay_drop, relay_onwards, relay_response,
                                  relay_closer, relay_arrived>;

relay_action relay_handshake(const relay_knowledge& known,
                             const base::endpoint& from,
                             const handshake_envelope& arrived);

relay_action relay_punch(const relay_knowledge& known,
                         const base::endpoint& from,
                         const punch_envelope& arrived);

/// How the server's answer to an arrived handshake travels back. Gives
/// relay_response (mode from_client), relay_onwards or relay_drop.
relay_action answer_handshake(const base::endpoint& from,
                              const handshake_envelope& arrived,
                              base::bytes noise);

/// The same for a punch request. Requires arrived.peer.
relay_onwards answer_punch(const base::endpoint& from,
                           const punch_envelope& arrived, base::bytes payload);

} // namespace hyper::dht
