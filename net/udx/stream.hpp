#pragma once

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "net/udx/config.hpp"
#include "net/udx/counters.hpp"
#include "net/udx/event.hpp"
#include "net/udx/packet.hpp"
#include "net/udx/receive_ring.hpp"
#include "net/udx/sender.hpp"
#include "net/udx/tombstones.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

// A reliable, ordered stream of bytes between two ids over datagrams: one end
// of it, as a machine without I/O. States, limits and timers: docs/udx.md.

namespace hyper::udx {

/// One end of a stream.
///
/// The driver calls handle_* with what the world brings and plain verbs with
/// what its user wants; then it polls: poll_event() until empty,
/// poll_transmit() until empty, poll_timeout(). A poll turn is what lies
/// between two such rounds. Writes of one turn share packets, packets of one
/// turn share an acknowledgement, and none is needed if what is written in
/// answer to an event leaves in the same turn: that is why events come first. A
/// stream that told `closed` may have one more packet to send.
///
/// Nothing is negotiated: both ends learn the other's id and address elsewhere.
/// A stream may exist, and take packets, before it is connected.
class stream {
public:
  stream(const config& options, base::instant now);

  // -- what arrives -----------------------------------------------------------

  /// Takes a datagram for which stream_id_of() gives local_id(). Anything else
  /// is counted and dropped. The source address is not checked, as in the
  /// original: ids and the encryption above are the protection.
  void handle_datagram(base::instant now, const base::endpoint& from,
                       base::bytes_view datagram);
  void handle_packet(base::instant now, const base::endpoint& from,
                     const packet_view& packet);

  void handle_timeout(base::instant now);

  // -- what we want -----------------------------------------------------------

  /// Names the other end. Nothing is sent but an acknowledgement for what
  /// arrived before. Requires !connected().
  void connect(base::instant now, std::uint32_t remote_id,
               const base::endpoint& remote);

  /// Most bytes that may wait to be sent. Honouring backlogged() keeps a
  /// writer far below it; it bounds one that does not.
  static constexpr std::uint64_t unsent_bytes_max = 64 * 1024 * 1024;

  /// Queues bytes, taking them over. Gives the offset behind them: they have
  /// arrived when acknowledged_offset() has reached it. May be called before
  /// connect(). Fails as `closed` after end(), destroy() or closing, and as
  /// `limit` if unsent_bytes_max would be exceeded; then nothing was queued.
  base::result<std::uint64_t> write(base::instant now, base::bytes chunk);

  /// Ends our direction once everything written has been sent; the peer may go
  /// on sending. Without effect if done before.
  void end(base::instant now);

  /// Closes at once, dropping what was not delivered; tells the peer if
  /// connected.
  void destroy(base::instant now);

  /// Sets the receive space to be stated from now on. Raising it tells the
  /// peer; 0 stops it.
  void advertise_window(base::instant now, std::uint32_t window);

  // -- what must leave --------------------------------------------------------

  std::optional<transmit> poll_transmit();
  std::optional<base::instant> poll_timeout() const;
  std::optional<event> poll_event();

  // -- what is ----------------------------------------------------------------

  std::uint32_t local_id() const { return options_.local_id; }
  bool connected() const { return route_.has_value(); }
  bool is_closed() const { return closed_.has_value(); }

  /// Bytes written and not yet in a packet.
  std::uint64_t bytes_unsent() const { return sender_.unsent(); }

  /// All bytes up to this offset have reached the peer.
  std::uint64_t acknowledged_offset() const {
    return sender_.acknowledged_offset();
  }

  /// Whether so much is unacknowledged that a writer should wait for the event
  /// `drained`: more than 256 KiB above what the congestion window holds.
  bool backlogged() const { return sender_.backlogged(); }

  /// Smoothed round trip time, once there was an answer.
  std::optional<base::duration> round_trip() const;

  /// Size of the largest IP packet that is sent now.
  std::uint32_t mtu() const { return sender_.mtu(); }

  /// What to bury once the stream is closed: nothing if it was never connected
  /// or if the peer destroyed it.
  std::optional<tombstone> epitaph() const;

  const counters& stats() const { return *stats_; }

  void check_invariant();

private:
  struct route {
    std::uint32_t remote_id = 0;
    base::endpoint remote;
  };

  /// Acknowledgements that may be owed under ack_policy::per_packet; a driver
  /// that polls after each packet owes one.
  static constexpr int acks_due_max = 64;

  void begin_turn(base::instant now);
  void note_source(const base::endpoint& from);
  void take_data(const packet_view& packet);
  void take_acknowledgement(const packet_view& packet);
  void owe_acknowledgement();
  bool only_end_is_missing() const;
  void hurry_the_end();
  void close(close_reason reason);

  header make_header(std::uint8_t flags, seq_number seq) const;
  base::bytes& scratch();
  transmit send_packet(const sender::outgoing& out);
  transmit send_control(std::uint8_t flags);
  transmit send_acknowledgement();
  bool take_heartbeat();
  std::optional<transmit> poll_last();

  config options_;
  std::unique_ptr<counters> stats_; ///< does not move with the stream
  base::instant now_;               ///< of the last call
  receive_ring receiver_;
  sender sender_;
  std::optional<route> route_;
  std::optional<close_reason> closed_;

  int acks_due_ = 0;
  bool destroy_due_ = false;
  bool keepalive_due_ = false;
  std::optional<base::instant> keepalive_at_;
  std::vector<sack_block> blocks_;
  std::deque<base::bytes> scratch_; ///< control packets of this turn
  std::size_t scratch_used_ = 0;

  // What is to be told, and what was.
  std::optional<base::endpoint> contact_;
  std::optional<base::endpoint> last_contact_;
  std::uint64_t acknowledged_told_ = 0;
  bool was_backlogged_ = false;
  bool end_seen_ = false;
  bool end_told_ = false;
  bool closed_told_ = false;
};

} // namespace hyper::udx
