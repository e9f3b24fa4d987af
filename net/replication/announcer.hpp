#pragma once

#include "net/replication/block_set.hpp"
#include "net/replication/messages.hpp"
#include "net/replication/provable.hpp"
#include "net/replication/remote_wants.hpp"

#include <cstdint>
#include <deque>
#include <optional>

namespace hyper::replication {

/// What each side of a channel knows of the other's log, and what ours still
/// has to tell. What waits to be told is a wish, not a message: many changes
/// before the stream has room again make one message.
class announcer {
public:
  announcer(head ours, block_set blocks, bool downloading);

  /// The remote's open is right: from here on poll() may speak.
  void open();

  /// Our log has changed. Blocks that are announced lie within the length.
  void announce(const head& ours, block_range blocks);
  void withdraw(block_range blocks);
  void set_downloading(bool downloading);

  // What the remote says.
  void handle(const sync& what);
  void handle(const range& what);
  void handle(const bitfield& what);
  void handle(const want& what);
  void handle(const unwant& what);

  /// The next announcement.
  std::optional<message> poll();

  const head& ours() const { return ours_; }
  const block_set& blocks() const { return blocks_; }
  bool downloading() const { return downloading_; }

  /// The remote's last sync; none before the first.
  const std::optional<sync>& remote() const { return remote_; }
  const block_set& remote_blocks() const { return remote_blocks_; }

private:
  void check_invariant() const;
  bool is_complete() const;
  bool can_upgrade() const;
  bool is_news(block_range blocks) const;
  sync make_sync() const;
  std::optional<message> poll_fresh();
  std::optional<message> poll_want();
  std::optional<message> answer(const want& what) const;

  head ours_;
  block_set blocks_;
  bool downloading_;

  std::optional<sync> remote_;
  block_set remote_blocks_;
  remote_wants wants_;

  bool sync_due_ = false;
  bool whole_due_ = false;       // range (0, contiguous length)
  std::uint64_t whole_told_ = 0; // greatest length told in one such range
  block_set fresh_;              // stored and not told yet
  block_set dropped_;            // withdrawn and not told yet
  std::deque<want> unanswered_;  // wants
};

} // namespace hyper::replication
