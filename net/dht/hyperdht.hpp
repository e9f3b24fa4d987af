#pragma once

#include "base/entropy.hpp"
#include "net/dht/hyperdht_events.hpp"
#include "net/dht/node.hpp"

#include <functional>
#include <memory>
#include <optional>

// HyperDHT as one machine without I/O: a node, what it stores for others, the
// keys it listens under, its connects and its topics. Behaviour, limits and
// timers: docs/hyperdht.md. Drive it as every machine: after each call, wishes
// included, poll until empty: transmits, then the timeout, then the events.

namespace hyper::dht {

/// Stream packets kept for a stream that nobody owns yet.
inline constexpr std::size_t early_packets_max = 16;

/// Limits on what may be wished for at a time; more is refused at once.
inline constexpr std::size_t connects_max = 256;
inline constexpr std::size_t listening_keys_max = 32;
inline constexpr std::size_t topics_max = 64;
inline constexpr std::size_t puts_and_gets_max = 64;

/// Longest life of a connect: a search, handshakes and one way to the peer.
inline constexpr base::duration connect_time_max = base::seconds{25};

/// Longest time that withdrawing announcements may take: who does not answer
/// twice does not matter any more.
inline constexpr base::duration close_time_max = base::seconds{3};

struct hyperdht_config {
  dht::config node;

  /// Where the sockets are bound; all zero: everywhere. Bound to a loopback
  /// address, everybody who can speak to us can reach us.
  base::fixed_bytes<4> host{};

  /// Hosts of the machine's interfaces, without loopback ones.
  std::vector<base::fixed_bytes<4>> interfaces;

  /// Tell peers that they can reach us where our relays see us, when that is
  /// true: the node knows its open address, or is bound to loopback. False:
  /// take the way of firewalled peers, as the original does there.
  bool claim_open = true;

  /// Tell peers in the same site our local addresses, and try theirs.
  bool share_local_addresses = true;

  /// Whether a stream id is in use outside of this machine. May be empty.
  std::function<bool(std::uint32_t)> stream_is_taken;

  /// Whether a remote may not connect to us. May be empty: all may.
  std::function<bool(const base::public_key&)> refuses;
};

/// What join() is to do with a topic.
struct join_options {
  std::optional<base::key_pair> announce; ///< under this key; none: do not
  bool lookup = true;                     ///< tell who else is there
};

/// Everything that HyperDHT counts, apart from what its node counts.
struct hyperdht_counters {
  std::uint64_t relayed = 0;             ///< sent on for somebody else
  std::uint64_t relay_refused = 0;       ///< dropped: see docs/hyperdht.md
  std::uint64_t records_refused = 0;     ///< dropped: a requirement not met
  std::uint64_t records_at_limit = 0;    ///< refused or evicted: a full table
  std::uint64_t handshakes = 0;          ///< first messages read
  std::uint64_t handshakes_repeated = 0; ///< the same bytes by another way
  std::uint64_t handshakes_refused = 0;  ///< unreadable, banned, or ourselves
  std::uint64_t handshakes_at_limit = 0; ///< dropped: too many half open
  std::uint64_t handshakes_expired = 0;  ///< answered, but no stream came
  std::uint64_t punches_aborted = 0;
  std::uint64_t early_packets_dropped = 0;
  std::uint64_t bad_replies = 0; ///< answers of nodes that do not decode
};

class hyperdht {
public:
  /// The entropy must outlive the machine.
  hyperdht(hyperdht_config how, base::entropy& chance, base::instant now);
  ~hyperdht();
  hyperdht(hyperdht&&) noexcept;

  // The world speaks.

  /// A datagram that is no packet of a stream owned by somebody else.
  void handle_datagram(base::instant now, socket via, base::endpoint from,
                       base::bytes_view datagram);

  /// A stream packet (ff 01) for a stream id that nobody else owns. True: the
  /// id is one of ours, the packet will come back in `early`.
  bool handle_stream_packet(base::instant now, socket via, base::endpoint from,
                            std::uint32_t stream, base::bytes_view packet);
  void handle_timeout(base::instant now);

  // We want something.

  /// Answers handshakes for the key and announces it: gives `listening` once
  /// and `announced` at each renewal. False: it listens already, or there are
  /// listening_keys_max.
  bool listen(base::instant now, const base::key_pair& key);

  /// Withdraws the announcement; handshakes are no longer answered.
  void unlisten(base::instant now, const base::public_key& key);

  /// Ends with `connected` or `connect_failed`, within connect_time_max.
  /// `hints` are nodes that should know the peer; they are asked first.
  connect_id connect(base::instant now, const base::key_pair& self,
                     const base::public_key& remote, address_list hints = {});

  /// Ends it without any further event. Unknown ids are ignored.
  void cancel(base::instant now, connect_id which);

  /// Announces and looks up now and every ten minutes, until leave(). Joining
  /// again replaces the options. False: there are topics_max.
  bool join(base::instant now, const base::hash32& topic, join_options how);
  void leave(base::instant now, const base::hash32& topic);

  /// Looks up once: `peer_found` events and one `lookup_done`.
  bool lookup(base::instant now, const base::hash32& topic);

  /// Requires a value that is not empty. At most stored_value_max bytes.
  value_id put_mutable(base::instant now, const base::key_pair& with,
                       std::uint64_t seq, base::bytes value);
  value_id put_immutable(base::instant now, base::bytes value);

  /// The value with the highest seq that is at least `seq_min`.
  value_id get_mutable(base::instant now, const base::public_key& key,
                       std::uint64_t seq_min = 0);
  value_id get_immutable(base::instant now, const base::hash32& hash);

  /// The machine's interfaces have changed: everything is announced again.
  void set_interfaces(base::instant now,
                      std::vector<base::fixed_bytes<4>> hosts);

  /// Withdraws everything; ends with `closed`, within close_time_max.
  void close(base::instant now);

  std::optional<transmit> poll_transmit();
  std::optional<base::instant> poll_timeout() const;
  std::optional<hyperdht_event> poll_event();

  // What it knows.

  /// The node, for its bootstrap list, known nodes and counters.
  dht::node& node();
  const dht::node& node() const;
  const hyperdht_counters& stats() const;

  /// Whether a stream id belongs to a connect or handshake under way.
  bool owns_stream(std::uint32_t id) const;

private:
  class machine;
  std::unique_ptr<machine> machine_;
};

} // namespace hyper::dht
