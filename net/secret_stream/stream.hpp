#pragma once

#include "base/entropy.hpp"
#include "base/result.hpp"
#include "base/secretstream.hpp"
#include "base/time.hpp"
#include "net/noise/handshake.hpp"
#include "net/secret_stream/frame_buffer.hpp"

#include <cstdint>
#include <optional>
#include <variant>

// Messages of a known peer over a reliable run of bytes.
// Frames, states, limits and failures: docs/secret-stream.md.

namespace hyper::secret_stream {

/// Longest message that a frame can carry.
inline constexpr std::size_t message_max =
    frame_max - base::secretstream::overhead;

struct config {
  /// Frames above this end the stream. The format allows 16 MiB; whoever knows
  /// what its peers send sets less.
  std::size_t frame_max = secret_stream::frame_max;

  /// An empty message goes out when nothing else has for this long, and empty
  /// messages that arrive are swallowed. None: neither.
  std::optional<base::duration> keep_alive = base::seconds{5};

  /// How long the remote may take to send its header, which it writes at once:
  /// time for several retransmissions.
  base::duration header_timeout = base::seconds{20};
};

/// A message as the remote sent it, with its borders. The bytes lie in the
/// stream's own buffer and are valid until the next handle_bytes().
struct message {
  base::bytes_view plain;
};

/// The remote has ended its side; no message follows.
struct ended {};

/// The stream is dead: destroy the transport. No event follows.
struct failed {
  base::error reason;
};

using event = std::variant<message, ended, failed>;

struct counters {
  std::uint64_t bytes_read = 0;    ///< of messages' frames, without lengths
  std::uint64_t bytes_written = 0; ///< of messages' frames, with lengths
  std::uint64_t messages_read = 0;
  std::uint64_t messages_written = 0;
  std::uint64_t keep_alives_read = 0;
  std::uint64_t keep_alives_written = 0;
};

/// Both directions of one encrypted connection. Poll until empty after every
/// call; messages are decrypted as they are polled.
class stream {
public:
  /// Continues a handshake (of HyperDHT, or framed_handshake) and can be
  /// written to at once. Draws the 24 byte header.
  stream(const noise::session& from, const config& limits,
         base::entropy& chance, base::instant now);

  /// Bytes of the transport, cut anywhere.
  void handle_bytes(base::instant now, base::bytes_view chunk);

  /// The remote has ended its direction of the transport.
  void handle_end(base::instant now);

  void handle_timeout(base::instant now);

  /// Seals one message. Fails with `limit` above message_max, with `closed`
  /// after the stream failed.
  base::status send(base::instant now, base::bytes_view plain);

  /// Bytes for the transport; everything since the last call in one piece.
  std::optional<base::bytes> poll_transmit();
  std::optional<base::instant> poll_timeout() const;
  std::optional<event> poll_event();

  bool is_open() const { return state_ != state::failed; }

  /// Whether a message of the remote has been decrypted. Until then the
  /// remote may be a replay that carries somebody else's key.
  bool authenticated() const { return authenticated_; }

  /// Who talks to whom, and the handshake hash; the keys are wiped. Requires
  /// is_open().
  const noise::session& session() const;

  const counters& statistics() const { return counters_; }

private:
  enum class state { header, messages, ended, failed };

  void read_header(base::bytes_view frame);
  std::optional<message> next_message();
  std::optional<message> read_message(base::mutable_bytes frame);
  std::optional<base::mutable_bytes> next_frame();
  std::size_t frame_limit() const;
  void seal(base::instant now, base::bytes_view plain);
  std::optional<base::instant> keep_alive_due() const;
  void fail(base::error reason);

  /// Keys are where the state needs them and nowhere else.
  void check_invariant() const;

  config config_;
  noise::session session_;
  std::optional<base::secretstream> sender_;
  std::optional<base::secretstream> receiver_;
  frame_buffer in_;
  base::bytes out_;
  state state_ = state::header; ///< what the next frame is
  bool authenticated_ = false;
  bool remote_ended_ = false;
  std::optional<base::error> failure_unpolled_;
  base::instant last_write_;
  base::instant header_deadline_;
  counters counters_;
};

} // namespace hyper::secret_stream
