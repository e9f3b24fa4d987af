#pragma once

#include "base/hash.hpp"
#include "net/dht/peer_record.hpp"

#include <optional>

// The value of ANNOUNCE and UNANNOUNCE and its signature.
// Grammar: docs/hyperdht.md.

namespace hyper::dht {

/// uint flags (1 peer, 2 refresh, 4 signature, 8 bump), then the parts whose
/// flag is set, in this order.
struct announce_value {
  std::optional<peer_record> peer;
  std::optional<base::hash32> refresh; ///< never sent by us
  std::optional<base::signature> signature;
  std::uint64_t bump = 0; ///< milliseconds since 1970; not signed; 0: none

  friend bool operator==(const announce_value&,
                         const announce_value&) = default;
};

base::bytes encode(const announce_value& value);
base::result<announce_value> decode_announce(base::bytes_view raw);

enum class announce_kind { announce, unannounce };

/// What ties a signature to one storing node and one token that it issued to
/// us, so that it is worthless elsewhere.
struct announce_context {
  announce_kind kind = announce_kind::announce;
  base::hash32 target{};
  base::hash32 node_id{}; ///< id of the node that receives the announce
  base::hash32 token{};
};

/// Namespace of the kind, then the hash of target, node id, token, the peer
/// record and the refresh hash if there is one. Requires value.peer.
base::fixed_bytes<64> announce_signable(const announce_context& where,
                                        const announce_value& value);

/// An announce of `peer`, signed. Requires with.pub == peer.key.
announce_value sign_announce(const announce_context& where,
                             const peer_record& peer,
                             const base::key_pair& with);

/// Whether there is a peer and a signature, and the peer has signed.
bool is_signed(const announce_context& where, const announce_value& value);

} // namespace hyper::dht
