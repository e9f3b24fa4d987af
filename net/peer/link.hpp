#pragma once

#include "base/entropy.hpp"
#include "net/mux/mux.hpp"
#include "net/secret_stream/stream.hpp"
#include "net/transport/transport.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

// The way of a byte through a connection: packet, transport, secret stream,
// multiplexer, and back. See docs/peer.md.

namespace hyper::peer {

/// Frames of our peers: requests of a few hundred bytes, blocks with proofs of
/// a few ten kilobytes, and batches, which the original cuts at 8 MiB.
inline constexpr std::size_t frame_size_max = 9 * 1024 * 1024;

struct link_config {
  noise::session session;
  transport::carrier over = transport::carrier::datagrams;
  std::uint32_t local_stream = 0;
  std::uint32_t remote_stream = 0;
  base::endpoint remote;

  /// An empty message goes out after this long without another: it is how a
  /// remote that has gone without a word is noticed.
  base::duration keep_alive = base::seconds{5};
};

/// The first message of the remote has decrypted: its key is proven.
struct proven {};

/// Everything written up to this offset has reached the remote's machine.
using acknowledged = udx::acknowledged;

/// What was written has not been acknowledged, and nothing was heard, for
/// silence_max: the remote is gone, or the way to it. It may come back; the
/// transport gives up much later. Told once until something is heard.
struct silent {};

/// Two retransmissions at the transport's shortest timeout have gone by.
inline constexpr base::duration silence_max = base::seconds{2};

/// The last event.
struct closed {
  std::string why;
  bool by_remote = false; ///< ended or reset by the remote, in good order
};

using link_event = std::variant<proven, silent, acknowledged, mux::incoming,
                                mux::opened, mux::message, mux::closed, closed>;

/// One encrypted, multiplexed connection, without I/O.
class link {
public:
  /// The entropy must outlive the link.
  link(const link_config& how, base::entropy& chance, base::instant now);

  void handle_packet(base::instant now, const base::endpoint& from,
                     base::bytes_view packet);
  void handle_timeout(base::instant now);

  /// The channels. Call flush() after using them.
  mux::mux& channels() { return mux_; }

  /// Hands on what the channels have written, as far as there is room. Gives
  /// the offset behind all of it.
  std::uint64_t flush(base::instant now);

  /// Whether the batch that is being collected may grow further.
  bool batch_has_room() const;

  /// Whether a sender of bulk may begin another batch.
  bool has_room() const;

  /// Ends in good order once everything written has arrived.
  void end(base::instant now);

  /// Ends at once.
  void destroy(base::instant now, std::string why);

  std::optional<transport::transmit> poll_transmit();
  std::optional<base::instant> poll_timeout() const;

  /// Views are valid until the next call.
  std::optional<link_event> poll_event(base::instant now);

  bool is_closed() const { return stream_->is_closed(); }
  std::optional<udx::tombstone> epitaph() const { return stream_->epitaph(); }
  const secret_stream::counters& traffic() const {
    return secret_.statistics();
  }

private:
  std::optional<link_event> from_mux(base::instant now);
  bool step_secret(base::instant now);
  bool step_transport(base::instant now);
  void note_end(udx::close_reason why);
  std::optional<base::instant> silence_due() const;
  void finish(std::string why, bool by_remote);
  void write_out(base::instant now);

  std::unique_ptr<transport::stream> stream_;
  secret_stream::stream secret_;
  mux::mux mux_;
  base::bytes chunk_; ///< what the secret stream reads from
  std::uint64_t written_ = 0;
  std::uint64_t delivered_ = 0;
  base::instant heard_; ///< the last packet, or the first byte since all was
                        ///< acknowledged
  bool silence_told_ = false;
  bool proven_told_ = false;
  std::optional<link_event> pending_;
  std::optional<closed> end_;
  bool end_told_ = false;
  bool ending_ = false;
};

} // namespace hyper::peer
