#pragma once

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "net/udx/event.hpp"
#include "net/udx/packet.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

// Answers for streams that are gone. The protocol has no waiting state: a
// closed id is forgotten at once, and a peer whose last packet or whose last
// acknowledgement was lost would resend for 13 seconds and then report an
// error. One 20-byte packet saves it from that. See docs/udx.md, "Closing".

namespace hyper::udx {

/// What remains of a closed stream.
struct tombstone {
  std::uint32_t local_id = 0;
  std::uint32_t remote_id = 0;
  base::endpoint remote;
  seq_number seq = 0;     ///< next number of our direction
  seq_number ack = 0;     ///< next expected number of the peer's direction
  bool destroyed = false; ///< answer with DESTROY instead of an ack
};

/// A bounded table of tombstones, one per owner of a socket.
class tombstones {
public:
  /// A peer resends for 13 s at most (7 timeouts of up to 2 s).
  static constexpr base::duration lifetime = base::seconds{15};

  /// A peer resends once in 1 to 2 s; what comes faster is no peer.
  static constexpr base::duration answer_interval = base::seconds{1};

  /// 64 bytes each, so 512 KiB in all. The oldest goes first: it is the one
  /// whose peer has most likely given up.
  static constexpr std::size_t count_max = 8192;

  /// Keeps the answer. An id that is already there is replaced.
  void bury(base::instant now, const tombstone& grave);

  /// Whether the id belongs to a stream that was closed not long ago: such an
  /// id must not be chosen again.
  bool contains(std::uint32_t local_id) const;

  /// Takes a packet for an id that no stream has. A DATA or END packet may get
  /// an answer, which goes to the remote of the former stream, not to the
  /// sender. The view stays valid until the next call.
  std::optional<transmit> handle_datagram(base::instant now,
                                          base::bytes_view datagram);

  /// Forgets what is older than `lifetime`. Also done by bury().
  void handle_timeout(base::instant now);

  /// When the oldest entry expires.
  std::optional<base::instant> poll_timeout() const;

  std::size_t size() const { return graves_.size(); }

  struct counters {
    std::uint64_t answered = 0;
    std::uint64_t rate_limited = 0;
    std::uint64_t evicted = 0; ///< by count_max
  };
  const counters& stats() const { return counters_; }

private:
  struct entry {
    tombstone grave;
    base::instant buried_at;
    std::optional<base::instant> answered_at;
  };

  void expire(base::instant now);
  void forget_oldest();

  std::unordered_map<std::uint32_t, entry> graves_;
  std::deque<std::pair<base::instant, std::uint32_t>> order_;
  base::bytes answer_;
  counters counters_;
};

} // namespace hyper::udx
