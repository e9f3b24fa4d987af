#pragma once

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "net/udx/event.hpp"
#include "net/udx/tombstones.hpp"

#include <cstdint>
#include <optional>

// A reliable, ordered run of bytes to and from one remote, however it travels.
// See docs/transport.md.

namespace hyper::transport {

/// What carries the packets of a transport.
enum class carrier : std::uint8_t {
  datagrams, ///< UDX packets
  websocket, ///< frames of frame.hpp
};

/// What a transport says to its driver. UDX has named these; a WebSocket tells
/// the same, but for `contacted`.
using event = udx::event;

/// One packet to be sent; valid until the transport is called with anything
/// but a poll_*.
using transmit = udx::transmit;

/// One end, as a machine without I/O. Driven as every machine: handle_* and
/// verbs, then poll_event, poll_transmit and poll_timeout.
class stream {
public:
  virtual ~stream() = default;

  virtual void handle_packet(base::instant now, const base::endpoint& from,
                             base::bytes_view packet) = 0;
  virtual void handle_timeout(base::instant now) = 0;

  /// Queues bytes, taking them over. Gives the offset behind them: they have
  /// reached the remote's machine when `acknowledged` tells that offset. Fails
  /// as `closed` or `limit`; then nothing was queued.
  virtual base::result<std::uint64_t> write(base::instant now,
                                            base::bytes chunk) = 0;

  /// Ends in good order once everything written has arrived.
  virtual void end(base::instant now) = 0;

  /// Ends at once, dropping what was not delivered.
  virtual void destroy(base::instant now) = 0;

  virtual std::optional<transmit> poll_transmit() = 0;
  virtual std::optional<base::instant> poll_timeout() const = 0;
  virtual std::optional<event> poll_event() = 0;

  virtual bool is_closed() const = 0;

  /// Whether a writer should wait for `drained`.
  virtual bool backlogged() const = 0;

  /// What answers late packets once it is closed; none: nothing has to.
  virtual std::optional<udx::tombstone> epitaph() const = 0;
};

} // namespace hyper::transport
