#pragma once

#include "base/keys.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>

// The rules of the swarm as plain functions: who is dialed again and when, how
// many, and which of two connections stays. Tables: docs/swarm.md.

namespace hyper::swarm {

/// Connections that are enough: no peer is dialed above.
inline constexpr std::size_t peers_max = 64;

/// What we remember about a peer.
struct history {
  bool is_explicit = false; ///< asked for by key, not found by a lookup
  bool proven = false;      ///< was connected before
  unsigned attempts = 0;    ///< since it was last known to be good
};

/// A connection that lasted this long was a good one.
inline constexpr base::duration good_connection_min = base::seconds{15};

/// What changes it.
void note_failed_dial(history& peer);
void note_opened(history& peer);
void note_closed(history& peer, base::duration lasted);

/// A lookup has found it: a peer that had been given up, and one that was not
/// dialed by us when it was last connected, starts anew.
void note_found(history& peer, bool dialed_by_us);

/// How long a peer rests before it is dialed again.
enum class pause : std::uint8_t { brief, medium, long_, very_long };

/// None: not until a lookup finds it again.
std::optional<pause> next_pause(const history& peer);

/// Attempts above which a peer is given up.
inline constexpr unsigned attempts_max = 3;

/// Whether the peer may be dialed at all. An explicit one always may: its
/// attempts are cut to attempts_max.
bool may_queue(history& peer);

/// The original's order of dialing, 4 first: 2 for a fresh peer, then 4, 3, 1
/// and 0. A peer below 2 starts anew when a lookup finds it again.
unsigned priority(const history& peer);

/// Explicit peers take more of the room: their number sets the factor.
bool may_dial(std::size_t explicit_peers, std::size_t connections,
              std::size_t limit = peers_max);

enum class survivor : std::uint8_t { existing, arriving };

/// Of two connections with the same peer, asked by the side that accepts the
/// second one. Encrypted messages both ways prove that the existing one has
/// worked, so that a peer who dials again must have lost it. Else the dial of
/// the larger key stays. If the existing one stays, send a keep-alive on it.
survivor choose(const base::public_key& local, const base::public_key& remote,
                std::uint64_t existing_bytes_read,
                std::uint64_t existing_bytes_written);

} // namespace hyper::swarm
