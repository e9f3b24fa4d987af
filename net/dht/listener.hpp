#pragma once

#include "net/dht/early_streams.hpp"
#include "net/dht/envelope.hpp"
#include "net/dht/errand.hpp"
#include "net/dht/noise_payload.hpp"
#include "net/dht/presence.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>

// Answers handshakes for one listening key. States: docs/hyperdht.md.

namespace hyper::dht {

/// How long an answered handshake waits for its stream, and how long equal
/// bytes get the same answer.
inline constexpr base::duration half_open_time_max = base::seconds{10};

/// Handshakes remembered, refused ones included: each costs up to four curve
/// operations and is kept for 10 s, so the number bounds memory and work. A
/// thousand clients that start at once on one machine fit in.
inline constexpr std::size_t half_open_max = 4096;
inline constexpr std::size_t half_open_per_host_max = 1024;

/// A handshake that has arrived, and how.
struct handshake_arrival {
  handshake_envelope envelope;
  base::endpoint from; ///< the UDP source: a relay, or the client itself
  base::endpoint to;   ///< we, as the sender sees us
  socket via = socket::server;
};

class listener : public early_streams::waiter {
public:
  /// Nothing but answers to others; the workplace is used to tell events.
  listener(workplace& at, early_streams& streams, const base::key_pair& key,
           std::function<bool(const base::public_key&)> refuses);
  ~listener() override;
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;

  /// The Noise bytes to answer; none: no answer. `self` and `relays` go into
  /// the answer, `sending` is where an open client is written from.
  std::optional<base::bytes>
  handle_handshake(base::instant now, const handshake_arrival& arrived,
                   const presence& self, const std::vector<punch_relay>& relays,
                   socket sending);

  /// The sealed payload to answer; none: no answer. We have no punch sockets:
  /// every request of a known handshake is answered with "aborted", so that the
  /// client need not wait for its timeouts.
  std::optional<base::bytes> handle_punch(const punch_envelope& arrived);

  void handle_first_packet(base::instant now, std::uint32_t id) override;
  void handle_timeout(base::instant now);
  std::optional<base::instant> poll_timeout() const;

  const base::key_pair& key() const { return key_.pair; }
  std::size_t size() const { return slots_.size(); }
  void check_invariant() const;

private:
  enum class state : std::uint8_t {
    refused,   ///< remembered so that equal bytes cost nothing
    half_open, ///< answered, waits for the first packet of its stream
    connected, ///< handed on; equal bytes still get the answer
  };

  struct slot {
    listener::state state = state::refused;
    ipv4_host host{}; ///< whose share it counts against
    base::instant until;
    base::bytes answer;
    std::uint64_t number = 0; ///< "id" of punch requests
    std::uint32_t local_stream = 0;
    std::uint32_t remote_stream = 0;
    noise::session session;
  };

  using slots = std::map<base::hash32, slot>;

  bool has_room(const ipv4_host& host) const;
  void read(base::instant now, const handshake_arrival& arrived,
            const presence& self, const std::vector<punch_relay>& relays,
            socket sending, slot& into);
  bool is_welcome(const base::public_key& remote) const;
  noise_payload answer_to(const noise_payload& client, const presence& self,
                          const std::vector<punch_relay>& relays,
                          const slot& into) const;
  void hand_on(slot& which, socket via, const base::endpoint& remote);
  slots::iterator open_slot(base::instant now, const base::hash32& name,
                            const ipv4_host& host);
  std::uint64_t take_number();
  void forget(slots::iterator which);

  workplace& at_;
  early_streams& streams_;
  noise::static_key key_;
  std::function<bool(const base::public_key&)> refuses_;
  slots slots_; ///< by hash of the Noise bytes
  std::map<std::uint32_t, base::hash32> by_stream_;
  std::map<std::uint64_t, base::hash32> by_number_;
  std::set<std::uint64_t> free_numbers_;
  std::map<ipv4_host, std::size_t> hosts_;
  std::deque<base::hash32> by_age_; ///< all live equally long: oldest first
};

} // namespace hyper::dht
