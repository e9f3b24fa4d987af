#pragma once

#include "base/bytes.hpp"
#include "base/endpoint.hpp"

#include <cstdint>
#include <variant>

// What a stream says to its driver.

namespace hyper::udx {

/// A datagram to be sent. The view stays valid, and so do those of the same
/// poll turn, until the stream is called with anything but a poll_*.
struct transmit {
  base::endpoint to;
  base::bytes_view datagram;
};

/// The next bytes in order: what arrived in one turn comes in chunks of up to
/// 64 KiB. The owner may keep and change them, decrypt them in place for
/// example.
struct data {
  base::bytes payload;
};

/// All bytes written up to this offset have reached the peer's machine.
struct acknowledged {
  std::uint64_t offset = 0;
};

/// backlogged() was true after a write and has become false.
struct drained {};

/// The peer has ended its direction; no more data will follow.
struct end_received {};

/// A packet came from an address that is not the one the stream is connected
/// to (before connect(): any address). It has been accepted. Told once per
/// change of the address.
struct contacted {
  base::endpoint from;
};

enum class close_reason : std::uint8_t {
  ended,     ///< both directions ended and everything was delivered
  reset,     ///< the peer destroyed the stream
  timed_out, ///< the peer did not answer
  destroyed, ///< we destroyed the stream
};

/// The last event. The stream sends nothing after what is polled now.
struct closed {
  close_reason reason = close_reason::ended;
};

using event =
    std::variant<data, acknowledged, drained, end_received, contacted, closed>;

} // namespace hyper::udx
