#pragma once

#include "base/entropy.hpp"
#include "net/noise/handshake.hpp"
#include "net/secret_stream/frame_buffer.hpp"

#include <optional>

namespace hyper::secret_stream {

/// Longest handshake message of the secret stream: XX without payloads needs
/// 96 bytes at most, so that nobody makes us keep more.
inline constexpr std::size_t handshake_message_max = 1024;

/// One side of the handshake that a secret stream makes for itself over a
/// reliable run of bytes: Noise XX with an empty prologue, each message with
/// the 3 byte length of the frames that follow (protocol of
/// @hyperswarm/secret-stream, docs/secret-stream.md).
class framed_handshake {
public:
  /// Draws the ephemeral key when it is due; `chance` must live as long.
  framed_handshake(noise::role side, const noise::static_key& local,
                   base::entropy& chance);

  /// Takes the next bytes of the remote. Fails as `malformed`, `unauthorized`
  /// or `limit`; then it is spent.
  base::status handle_bytes(base::bytes_view chunk);

  /// What is to be sent now.
  std::optional<base::bytes> poll_transmit();

  bool finished() const { return handshake_.finished(); }

  /// Requires finished().
  const noise::session& outcome() const { return handshake_.outcome(); }

  /// Bytes of the remote that came behind its last message: they belong to the
  /// secret stream. Requires finished().
  base::bytes take_rest() { return in_.take_rest(); }

private:
  base::status write();

  noise::handshake handshake_;
  base::entropy& chance_;
  frame_buffer in_;
  base::bytes out_;
};

} // namespace hyper::secret_stream
