#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>

namespace hyper::rpc {

/// A reply on its way to a caller, numbered by the owner of the gate. Never
/// used twice on one gate.
enum class reply_id : std::uint64_t {};

/// The new length of the log may be told to the peers.
struct announce {
  std::uint64_t length = 0;
};

/// Reply first, announce after. A caller of the original waits for the append
/// that comes after its reply, and for ever if the append came before. The
/// reply and the announcement travel on two connections without a common
/// order, so a length is held back until every reply that reports it has been
/// acknowledged by its caller's transport, or until a short bound: a caller
/// that is gone or slow must not stop the news for everybody.
///
/// Announced lengths only grow; several that become due together are one.
class reply_gate {
public:
  /// Longer than a round trip with one retransmission on common networks,
  /// short enough that nobody notices the delay.
  static constexpr base::duration bound_default = base::milliseconds{250};

  /// Replies waited for at a time: more than a server answers in one bound.
  /// Above, the oldest length is announced at once.
  static constexpr std::size_t pending_max = 65536;

  explicit reply_gate(base::duration bound = bound_default) : bound_(bound) {}

  /// The log has this length on disk, and these replies, just handed to their
  /// transports, report it. Without replies it waits only for those of shorter
  /// lengths. Requires that lengths do not shrink and that replies are new.
  void committed(base::instant now, std::uint64_t length,
                 std::span<const reply_id> replies);

  /// The caller's transport has acknowledged the reply. Unknown ones, late
  /// acknowledgements for example, are ignored.
  void acknowledged(base::instant now, reply_id reply);

  /// The caller's connection is gone: nobody waits for this reply.
  void abandoned(reply_id reply);

  void handle_timeout(base::instant now);

  std::optional<base::instant> poll_timeout() const;
  std::optional<announce> poll_event();

  /// Replies that are waited for.
  std::size_t pending() const { return replies_.size(); }

private:
  struct commit {
    std::uint64_t length = 0;
    base::instant deadline{};
    std::set<reply_id> waits_for;
  };

  using commits = std::map<std::uint64_t, commit>;

  void settle(reply_id reply);
  void release(base::instant now);
  void release_first();
  void check_invariant() const;

  base::duration bound_;
  commits commits_; ///< by serial number: oldest first
  std::map<reply_id, std::uint64_t> replies_; ///< serial of their commit
  std::uint64_t last_serial_ = 0;
  std::uint64_t length_ = 0;    ///< committed last
  std::uint64_t due_ = 0;       ///< longest that may be announced
  std::uint64_t announced_ = 0; ///< polled last
};

} // namespace hyper::rpc
