#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>

// What goes between a machine and the socket whose WebSocket (RFC 6455)
// carries it: the machine's packets. These bytes never leave the process.

namespace hyper::transport {

enum class frame_kind : std::uint8_t {
  open,  ///< to the socket: connect to payload, "HOST:PORT"; back: it is open
  more,  ///< to the socket: give one message of a stream that nobody owns
  data,  ///< a binary message
  ping,  ///< to the socket, with a payload that comes back
  pong,  ///< from the socket
  close, ///< payload: 1 byte of close_how
};

enum class close_how : std::uint8_t {
  orderly, ///< the closing handshake
  abrupt,  ///< the connection is cut, or was lost
};

struct frame {
  std::uint32_t stream = 0; ///< the socket's number on this side
  frame_kind kind = frame_kind::data;
  base::bytes_view payload; ///< into the packet
};

/// 4 bytes stream (little endian), 1 byte kind, payload.
base::bytes encode_frame(const frame& what);

/// Fails as `malformed`.
base::result<frame> decode_frame(base::bytes_view packet);

/// A close frame.
base::bytes encode_close(std::uint32_t stream, close_how how);

/// Whether a close frame is an orderly one.
bool is_orderly(const frame& close);

} // namespace hyper::transport
