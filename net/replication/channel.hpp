#pragma once

#include "base/proof.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "net/replication/announcer.hpp"
#include "net/replication/handshake.hpp"
#include "net/replication/questions.hpp"
#include "net/replication/uploads.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <variant>

namespace hyper::replication {

struct channel_config {
  base::public_key log_key{};
  base::hash64 handshake_hash{}; ///< of the stream that carries the channel
  stream_role role = stream_role::initiator; ///< ours on that stream
  bool downloading = true; ///< what we say of ourselves in a sync
};

/// A message to put on the multiplexer's channel.
struct transmit {
  std::uint64_t type = 0;
  base::bytes payload;

  friend bool operator==(const transmit&, const transmit&) = default;
};

/// The remote asks for something that a log of the announced length can
/// prove. The owner answers with answer() or refuse(), in any order.
struct wanted {
  base::proof_request request;
};

/// What came as the answer to a request of ours, with nothing in it that was
/// not asked for; nothing else of it is checked. Request 0 is the check for a
/// forked history (docs/replication.md), which may come without our asking.
struct received {
  base::proof proof;
  base::proof_request asked;
};

/// A request of ours is not going to be answered: the remote said so, or sent
/// something else (reason none). It is free to be made again.
struct denied {
  base::proof_request asked;
  base::no_data_reason reason = base::no_data_reason::none;
};

/// Neither side downloads: close the channel. Either side may open it again.
struct idle {};

/// What the remote said of its log comes as the message itself; it has been
/// taken in already and is for the downloader.
using event =
    std::variant<wanted, received, denied, sync, range, bitfield, idle>;

struct channel_counters {
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t unknown_types = 0;   ///< ignored
  std::uint64_t out_of_place = 0;    ///< before the open or after the close
  std::uint64_t unasked_data = 0;    ///< no such request: ignored
  std::uint64_t mismatched_data = 0; ///< not what the request asked for
  std::uint64_t extensions = 0;      ///< ignored
  std::uint64_t blocks_sent = 0;
  std::uint64_t blocks_received = 0; ///< not checked yet
  std::uint64_t refusals = 0;        ///< requests that no log could answer
  std::uint64_t stale_answers = 0;   ///< cancelled or replaced in the meantime
};

/// One log's channel with one remote, in both directions; knows neither the
/// multiplexer nor the log. The owner says what our log is (announce() and its
/// kin), makes the proofs, and puts what poll_transmit() gives on the wire.
///
/// Nothing goes out about a length that was not announced: requests beyond it
/// are refused, and an answer that reaches beyond it waits for announce().
///
/// A status that is an error ends the whole stream, as in the original. After
/// it, and after handle_close(), the channel is silent.
class channel {
public:
  /// `ours` and `blocks` are the log as announced to everybody else.
  channel(const channel_config& config, head ours, block_set blocks);

  /// What goes out with our open.
  base::bytes handshake() const;

  /// The remote's open. Fails with errc::unauthorized if its capability is
  /// not that of the log and of its role on this stream.
  base::status handle_open(base::instant now, base::bytes_view handshake);

  /// A message on the open channel. Fails with errc::malformed on short or
  /// impossible input, errc::limit at a limit, errc::refused on a request for
  /// a node that cannot exist.
  base::status handle_message(base::instant now, std::uint64_t type,
                              base::bytes_view payload);

  /// The channel is closed, by whomever. Requests in work are forgotten.
  void handle_close(base::instant now);

  void handle_timeout(base::instant now);

  /// Our log is longer, or its manifest became known, or blocks came in.
  /// Once, after the commit, and not before the length may be seen (law L9).
  void announce(base::instant now, head ours, block_range blocks);
  void announce(base::instant now, block_range blocks);

  /// We no longer have these blocks.
  void withdraw(base::instant now, block_range blocks);

  /// Whether somebody here still wants what is missing.
  void set_downloading(base::instant now, bool downloading);

  /// The proof for a wanted request; its `request` is the id. Without effect
  /// if the request was cancelled or replaced by another with that id.
  void answer(base::instant now, base::proof proof);

  /// No proof. invalid_request goes out delayed, and the 64th of a channel is
  /// an error: end the stream.
  base::status refuse(base::instant now, std::uint64_t id,
                      base::no_data_reason reason);

  /// Asks the remote. The ids of a channel count up and are never used again;
  /// 0 is the check for a forked history. False, and nothing is sent, while
  /// asked_max requests are outstanding.
  bool request(base::instant now, const base::proof_request& request);

  /// Takes a request back. Unknown ids are ignored.
  void cancel(base::instant now, std::uint64_t id);

  /// Asks the remote to tell what it has.
  void tell(base::instant now, const want& blocks);

  /// Poll until empty, or until the stream has no room: what is left waits
  /// here, within limits.
  std::optional<transmit> poll_transmit();
  std::optional<base::instant> poll_timeout() const;
  std::optional<event> poll_event();

  bool is_open() const { return state_ == state::open; }
  const announcer& knowledge() const { return announcer_; }
  channel_counters counters() const { return counters_; }

private:
  enum class state { opening, open, closed };

  base::status handle(base::instant now, sync&& what);
  base::status handle(base::instant now, base::proof_request&& what);
  base::status handle(base::instant now, replication::cancel&& what);
  base::status handle(base::instant now, base::proof&& what);
  base::status handle(base::instant now, no_data&& what);
  base::status handle(base::instant now, want&& what);
  base::status handle(base::instant now, unwant&& what);
  base::status handle(base::instant now, bitfield&& what);
  base::status handle(base::instant now, range&& what);
  base::status handle(base::instant now, extension&& what);

  base::status dispatch(base::instant now, message&& what);
  base::status fail(base::errc code, const char* why);
  void take_answer(base::proof_request asked, base::proof&& proof);
  bool take_unasked(const base::proof& proof);
  void deny(base::proof_request asked, base::no_data_reason reason);
  void enqueue(message what);
  void send_answer(const base::proof& proof);
  void release_held();
  std::optional<transmit> poll_answer();
  void check_idle();
  void forget_everything();
  void check_invariant() const;

  channel_config config_;
  state state_ = state::opening;
  base::instant now_{};
  announcer announcer_;
  uploads uploads_;
  questions questions_;
  std::deque<message> small_; // requests, cancels, wants, refusals
  std::deque<transmit> answers_;
  std::size_t answer_bytes_ = 0;
  std::map<std::uint64_t, base::proof> held_; // beyond the announced length
  std::deque<event> events_;
  std::uint64_t unasked_proofs_ = 0;
  channel_counters counters_;
};

} // namespace hyper::replication
