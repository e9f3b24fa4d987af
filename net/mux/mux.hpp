#pragma once

#include "base/result.hpp"
#include "net/mux/frame.hpp"
#include "net/mux/local_channels.hpp"
#include "net/mux/offers.hpp"
#include "net/mux/outbox.hpp"
#include "net/mux/remote_numbers.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// Many channels on one connection. Each side numbers its own; a channel is
// open when both sides have asked for the same protocol and id.
// Grammar, states, limits and failures: docs/mux.md.

namespace hyper::mux {

struct limits {
  /// Channels of ours, those included that wait for the remote. A registry
  /// connection has one or two.
  std::size_t channels_max = 64;

  /// Wishes of the remote that wait for us; more are rejected.
  std::size_t pairing_max = 16;

  /// Rejections of one connection. A peer that asks on and on for what we do
  /// not have is broken or hostile.
  std::size_t rejects_max = 256;

  /// Numbers that the remote may use: it reuses those of closed channels.
  std::size_t remote_numbers_max = 1024;

  /// Messages that arrive while their channel waits for accept(), in bytes
  /// and 512 for each. The original pauses at 32 KiB; one frame may follow.
  std::size_t held_bytes_max = 256 * 1024;

  /// Messages for channels that are not open: normal after a close.
  std::uint64_t ignored_max = 100000;

  /// Bytes that wait for poll_transmit(); send() refuses above.
  std::size_t queued_bytes_max = 32 * 1024 * 1024;
};

/// The remote wants a channel that is offered, and open() has not asked for it.
/// Answer with accept() or reject(), now or later.
struct incoming {
  token wanted{};
  std::string protocol; ///< the name, also when an alias was used
  base::bytes_view id;
  base::bytes_view handshake;
};

/// Both sides have asked for the channel.
struct opened {
  channel on{};
  base::bytes_view handshake; ///< the remote's
};

struct message {
  channel on{};
  std::uint64_t type = 0;
  base::bytes_view payload;

  /// Came in a batch with others: cork() until it is answered, and the answers
  /// go out as one batch.
  bool batched = false;
};

enum class close_reason {
  closed,   ///< the remote has closed it
  rejected, ///< the remote does not want it
  ended,    ///< the connection has ended or failed
};

/// The channel is gone. Not reported for channels that close() has ended.
struct closed {
  channel on{};
  close_reason reason = close_reason::closed;
};

/// The remote broke the protocol or a limit: destroy the connection.
struct failed {
  base::error reason;
};

/// Views are valid until the next poll_event(), handle_message() or
/// handle_end(), and as long as the frame they came in.
using event = std::variant<incoming, opened, message, closed, failed>;

struct counters {
  std::uint64_t frames_read = 0;
  std::uint64_t messages_read = 0;
  std::uint64_t messages_written = 0;
  std::uint64_t ignored_messages = 0; ///< for channels that are not open
  std::uint64_t ignored_controls = 0; ///< of unknown types
  std::uint64_t rejects_sent = 0;
};

class mux {
public:
  explicit mux(const limits& with = {}) : limits_(with) {}

  /// Hands wishes of the remote for these protocols to the owner, instead of
  /// rejecting them, and lets protocols have other names.
  offers& offered() { return offers_; }

  /// One message of the secret stream; parsed as events are polled, so the
  /// frame must live until poll_event() has returned none, and no other may be
  /// handed in before.
  void handle_message(base::bytes_view frame);

  /// The connection has ended: closes every channel.
  void handle_end();

  /// Asks for a channel, or answers a wish for the same protocol and id. The
  /// channel may be used at once; what is sent is lost if the remote rejects.
  /// Fails with `limit` or, when the connection is gone, `closed`. Requires
  /// parts within the limits of an open message.
  base::result<channel> open(std::string_view protocol, base::bytes_view id,
                             base::bytes_view handshake = {});

  /// open() with the protocol and id of the wish. Fails with `closed` if it
  /// has been withdrawn.
  base::result<channel> accept(token wanted, base::bytes_view handshake = {});
  void reject(token wanted);

  /// Fails with `closed` if the channel is gone, with `limit` if the payload
  /// is too long for a frame or too much waits to be sent.
  base::status send(channel on, std::uint64_t type, base::bytes_view payload);

  /// Gives the channel up. No event of it follows.
  void close(channel on);

  /// Collects everything that is sent into one batch; nests.
  void cork() { out_.cork(); }
  void uncork() { out_.uncork(); }

  /// The next frame, for one message of the secret stream.
  std::optional<base::bytes> poll_transmit() { return out_.poll(); }
  std::optional<event> poll_event();

  bool is_open(channel on) const;
  std::size_t queued_bytes() const { return out_.queued_bytes(); }
  const counters& statistics() const { return counters_; }

private:
  // Views of the event, if it has any, lie in `owned`.
  struct queued_event {
    event what;
    base::bytes owned;
  };

  std::optional<event> pop_queued();
  std::optional<event> next_from_frame();
  void end_frame();

  void handle_control(const item& next);
  void handle_open(base::bytes_view payload);
  void handle_reject(base::bytes_view payload);
  void handle_close(base::bytes_view payload);
  std::optional<event> handle_channel(const item& next);
  void hold(wish& waiting, const item& next);
  void ignore();

  void pair_channel(local_channels::iterator ours, std::uint64_t number,
                    base::bytes_view handshake);
  void pair_wish(local_channels::iterator ours, std::uint64_t number);
  void ask_owner(const open_message& wanted);
  void refuse(std::uint64_t number);
  void withdraw(std::uint64_t number);
  void write(control type, base::bytes_view payload);
  void close_all();
  void fail(base::error reason);

  /// The two sets of numbers fit together, and no limit is passed.
  void check_invariant() const;

  limits limits_;
  offers offers_;
  local_channels locals_;
  remote_numbers remotes_;
  std::uint64_t last_token_ = 0;
  std::size_t held_bytes_ = 0;         ///< of all wishes
  std::optional<frame_cursor> cursor_; ///< of the frame being polled
  bool frame_corked_ = false;
  bool ended_ = false;
  std::deque<queued_event> queue_; ///< goes before the rest of the frame
  base::bytes current_;            ///< views of the event polled last
  outbox out_;
  counters counters_;
};

} // namespace hyper::mux
