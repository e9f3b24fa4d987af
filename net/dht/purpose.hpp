#pragma once

#include "net/dht/contacts.hpp"
#include "net/dht/events.hpp"

#include <variant>

// Why a request was sent, and so what is to be done when it ends.

namespace hyper::dht {

/// The layer above asked, and is told.
struct for_caller {};

struct for_query {
  query_id query{};
};

/// Is a listed node still there? It is dropped unless it was heard meanwhile.
struct for_liveness {
  node_id node{};
  tick last_seen = 0;
};

/// A full row: the newcomer takes the place of the rival unless it is there.
struct for_room {
  node_id rival{};
  tick last_seen = 0;
  node_id newcomer{};
  base::endpoint newcomer_address;
  base::endpoint newcomer_sees; ///< what our address is
};

/// PING_NAT: does an answer reach the server socket?
struct for_reachability {};

/// The single PING_NAT of the bootstrap, which says whether it is worth while
/// to ask several.
struct for_quick_check {};

/// Is a bootstrap node back?
struct for_contact {};

/// Nobody waits for the answer.
struct for_nobody {};

using purpose =
    std::variant<for_caller, for_query, for_liveness, for_room,
                 for_reachability, for_quick_check, for_contact, for_nobody>;

} // namespace hyper::dht
