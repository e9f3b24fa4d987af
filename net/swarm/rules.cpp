#include "net/swarm/rules.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <array>

namespace hyper::swarm {

void note_failed_dial(history& peer) {
  ++peer.attempts;
}

void note_opened(history& peer) {
  peer.proven = true;
}

void note_closed(history& peer, base::duration lasted) {
  if (lasted >= good_connection_min)
    peer.attempts = 0;
  ++peer.attempts;
}

void note_found(history& peer, bool dialed_by_us) {
  if (priority(peer) >= 2 && dialed_by_us)
    return;
  peer.proven = false;
  peer.attempts = 0;
}

std::optional<pause> next_pause(const history& peer) {
  static constexpr std::array proven{pause::brief, pause::brief, pause::medium,
                                     pause::long_};
  static constexpr std::array unproven{pause::brief, pause::medium,
                                       pause::long_, pause::long_};
  if (peer.attempts <= attempts_max)
    return peer.proven ? proven[peer.attempts] : unproven[peer.attempts];
  if (peer.is_explicit)
    return pause::very_long;
  return std::nullopt;
}

bool may_queue(history& peer) {
  if (peer.is_explicit && peer.attempts > attempts_max)
    peer.attempts = attempts_max;
  return peer.attempts <= attempts_max;
}

unsigned priority(const history& peer) {
  static constexpr std::array by_attempts{2U, 4U, 3U, 1U};
  return peer.attempts <= attempts_max ? by_attempts[peer.attempts] : 0;
}

bool may_dial(std::size_t explicit_peers, std::size_t connections,
              std::size_t limit) {
  auto factor = explicit_peers == 0  ? 1U
                : explicit_peers < 2 ? 2U
                : explicit_peers < 4 ? 3U
                                     : 4U;
  HYPER_ASSERT(limit > 0);
  return factor * connections < limit;
}

survivor choose(const base::public_key& local, const base::public_key& remote,
                std::uint64_t existing_bytes_read,
                std::uint64_t existing_bytes_written) {
  auto has_worked = existing_bytes_read > 0 && existing_bytes_written > 0;
  return has_worked || base::less(local, remote) ? survivor::arriving
                                                 : survivor::existing;
}

} // namespace hyper::swarm
