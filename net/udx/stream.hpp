#pragma once

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "net/udx/config.hpp"
#include "net/udx/counters.hpp"
#include "net/udx/event.hpp"
#include "net/udx/packet.hpp"
#include "net/udx/tombstones.hpp"

#include <cstdint>
#include <memory>
#include <optional>

// A reliable, ordered stream of bytes between two ids over datagrams: one end
// of it, as a machine without I/O. States, limits and timers: docs/udx.md.

namespace hyper::udx {

/// One end of a stream.
///
/// The driver calls handle_* with what the world brings and plain verbs with
/// what its user wants; then it polls: poll_transmit() until empty, then
/// poll_timeout(), then poll_event() until empty. A poll turn is what lies
/// between two such rounds. Writes of one turn share packets and packets of one
/// turn share an acknowledgement, so the more a driver does before it polls,
/// the fewer datagrams leave.
///
/// Nothing is negotiated: both ends learn the other's id and address elsewhere.
/// A stream may exist, and take packets, before it is connected.
class stream {
public:
  stream(const config& options, base::instant now);
  ~stream();
  stream(stream&&) noexcept;
  stream& operator=(stream&&) noexcept;

  // -- what arrives ----------------------------------------------------------

  /// Takes a datagram for which stream_id_of() gives local_id(). Anything else
  /// is counted and dropped. The source address is not checked, as in the
  /// original: ids and the encryption above are the protection.
  void handle_datagram(base::instant now, const base::endpoint& from,
                       base::bytes_view datagram);
  void handle_packet(base::instant now, const base::endpoint& from,
                     const packet_view& packet);

  void handle_timeout(base::instant now);

  // -- what we want ----------------------------------------------------------

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

  // -- what must leave -------------------------------------------------------

  std::optional<transmit> poll_transmit();
  std::optional<base::instant> poll_timeout() const;
  std::optional<event> poll_event();

  // -- what is
  // -----------------------------------------------------------------

  std::uint32_t local_id() const;
  bool connected() const;
  bool is_closed() const;

  /// Bytes written and not yet in a packet.
  std::uint64_t bytes_unsent() const;

  /// All bytes up to this offset have reached the peer.
  std::uint64_t acknowledged_offset() const;

  /// Whether so much is unacknowledged that a writer should wait for the event
  /// `drained`: more than 256 KiB above what the congestion window holds.
  bool backlogged() const;

  /// Smoothed round trip time, once there was an answer.
  std::optional<base::duration> round_trip() const;

  /// Size of the largest IP packet that is sent now.
  std::uint32_t mtu() const;

  /// What to bury once the stream is closed: nothing if it was never connected
  /// or if the peer destroyed it.
  std::optional<tombstone> epitaph() const;

  const counters& stats() const;

private:
  class machine;
  std::unique_ptr<machine> machine_;
};

} // namespace hyper::udx
