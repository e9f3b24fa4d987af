#pragma once

#include "base/proof.hpp"
#include "base/time.hpp"
#include "net/replication/block_plan.hpp"
#include "net/replication/messages.hpp"
#include "net/replication/orders.hpp"
#include "net/replication/provable.hpp"
#include "net/replication/source.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <variant>
#include <vector>

namespace hyper::replication {

/// What the owner's tree knows; asked while requests are made.
class tree_view {
public:
  virtual ~tree_view() = default;

  /// How many levels one has to climb from the block until a stored node is
  /// met. 0 for a block beyond the length.
  virtual std::uint64_t missing_nodes(std::uint64_t block) const = 0;
};

/// Which blocks are fetched without anybody waiting for them.
enum class fetch_mode {
  linear, ///< all, in order: a copy that is always complete
  sparse, ///< none
};

struct downloader_config {
  fetch_mode mode = fetch_mode::linear;

  /// Requests outstanding with one peer: what a reader of the original has
  /// with the registry's database on top.
  std::size_t in_flight_max = 256;

  /// A peer that has not answered by then is asked no longer; somebody else
  /// is. The original waits for ever.
  base::duration deadline = base::seconds{10};

  /// A block that is this late is asked for from a second peer as well, an
  /// upgrade from another one instead.
  base::duration late_after = base::seconds{1};

  /// Ask for the first new block together with the upgrade: one round trip
  /// for a log that grows by single blocks. In linear mode only.
  bool block_with_upgrade = true;
};

/// Peers of one log; more are not taken in.
inline constexpr std::size_t sources_max = 512;

/// Sources that one block is asked from at the same time.
inline constexpr std::size_t asked_twice_max = 3;

/// What is wrong with data, from the download's point of view.
enum class rejection {
  useless,   ///< not what was asked, of another fork, or out of date
  misplaced, ///< a node is missing or in the wrong place
  wrong,     ///< a hash, a signature or a manifest is wrong
};

/// A message for the channel with that peer: request(), cancel(), tell().
struct order {
  source_id peer = 0;
  std::variant<base::proof_request, cancel, want> what;
};

/// A peer says that the log was truncated. The downloader asks it for nothing
/// while it says so: data of two forks is never mixed.
struct remote_forked {
  source_id peer = 0;
  std::uint64_t fork = 0;
};

/// The peer gets no more requests; close it, or leave it as a reader.
struct source_failed {
  source_id peer = 0;
  pause why = pause::none;
};

using downloader_event = std::variant<remote_forked, source_failed>;

struct downloader_counters {
  std::uint64_t requests = 0;
  std::uint64_t upgrades = 0;
  std::uint64_t hotswaps = 0; ///< late blocks asked for a second time
  std::uint64_t expired = 0;  ///< requests whose deadline passed
  std::uint64_t denied = 0;   ///< answered with no data
  std::uint64_t rejected = 0; ///< answered with something wrong
  std::uint64_t late = 0;     ///< answers to requests that were given up
};

/// Decides who is asked for what, over all peers of one log: the manifest, at
/// most one upgrade at a time, and blocks within each peer's window. It sees
/// neither channels nor the store: what peers say comes in as messages, what
/// was checked and committed comes in from the owner, and requests leave as
/// orders for the channels.
class downloader {
public:
  downloader(const downloader_config& config, head ours, block_set stored);

  // -- the peers ---------------------------------------------------------

  /// A channel is open. False, and nothing done, at sources_max.
  [[nodiscard]] bool peer_opened(base::instant now, source_id peer);

  /// Its requests are free for others.
  void peer_closed(base::instant now, source_id peer);

  void handle_sync(base::instant now, source_id peer, const sync& what);
  void handle_range(base::instant now, source_id peer, const range& what);
  void handle_bitfield(base::instant now, source_id peer, const bitfield& what);

  /// The channel could not send a request, or the peer will not answer it.
  void handle_denied(base::instant now, source_id peer, std::uint64_t id,
                     base::no_data_reason reason);

  void handle_timeout(base::instant now);

  // -- what the owner has checked ------------------------------------------

  /// The answer was right and is committed: this is our log now, and these
  /// blocks came with it. For request 0: the peer's history is ours.
  void verified(base::instant now, source_id peer, std::uint64_t id,
                const head& ours, block_range stored);

  /// The answer was not right, and nothing of it was kept.
  void rejected(base::instant now, source_id peer, std::uint64_t id,
                rejection why);

  /// Our log changed otherwise.
  void update(base::instant now, const head& ours, block_range stored);

  // -- wishes --------------------------------------------------------------

  /// Somebody waits for the block. False, and nothing done, at waits_max.
  [[nodiscard]] bool fetch(base::instant now, std::uint64_t block);

  /// Nobody does any more.
  void forget(base::instant now, std::uint64_t block);

  /// Nothing is asked for any more: two histories have been signed.
  void freeze(base::instant now);

  /// Poll until empty; one pass fills the windows of all peers.
  std::optional<order> poll_transmit(const tree_view& tree);
  std::optional<base::instant> poll_timeout() const;
  std::optional<downloader_event> poll_event();

  // -- what it knows ---------------------------------------------------------

  const head& ours() const { return ours_; }
  const block_set& stored() const { return plan_.stored(); }

  /// Greatest length of our fork that a peer has claimed, ours included.
  std::uint64_t claimed_length() const;

  /// Whether every open peer has sent a sync, and there is one.
  bool all_synced() const;

  /// Why the peer is not asked; none for unknown ones.
  pause paused(source_id peer) const;

  std::size_t in_flight() const { return orders_.size(); }
  downloader_counters counters() const { return counters_; }

private:
  using source_map = std::map<source_id, source>;

  // A source in one pass, and how far its blocks have been looked at.
  struct lane {
    source_map::iterator at;
    std::uint64_t next = 0;
  };

  // downloader.cpp: what becomes of requests.
  source* find(source_id peer);
  void touch(base::instant now);
  void adopt(const head& ours, block_range stored);
  void settle(const outstanding& one);
  void release(const outstanding& one);
  void give_up(const outstanding& one);
  void give_up_all(source_id peer);
  void give_up_stored(block_range stored);
  void deny(source_id peer, source& from, outstanding one,
            base::no_data_reason reason);
  void stop(source_id peer, source& who, pause why);
  void check(source_id peer, source& who);
  void check_invariant() const;

  // pass.cpp: who is asked for what.
  void pass(const tree_view& tree);
  bool has_room(const source& who) const;
  std::vector<lane> lanes();
  void ask_head(const tree_view& tree);
  bool should_wait_for_upgrade() const;
  source_map::iterator best_for_upgrade();
  std::optional<std::uint64_t> first_new_block(const source& who) const;
  void ask_upgrade(source_id peer, source& who, const tree_view& tree);
  void ask_manifest();
  void ask_waits(const tree_view& tree);
  void ask_wait(std::uint64_t block, const tree_view& tree);
  void ask_linear(const tree_view& tree);
  bool take_chunk(lane& from, const tree_view& tree);
  std::optional<std::uint64_t> next_for(const lane& from) const;
  bool should_leave(source_id peer, std::uint64_t block) const;
  source_map::iterator best_for_block(std::uint64_t block);
  void ask_late(const tree_view& tree);
  void ask_around(std::uint64_t block);
  void ask_block(source_id peer, source& who, std::uint64_t block,
                 const tree_view& tree);
  void ask(source_id peer, source& who, base::proof_request request);

  downloader_config config_;
  base::instant now_{};
  head ours_;
  block_plan plan_;
  source_map sources_;
  orders orders_;
  std::deque<order> out_;
  std::deque<downloader_event> events_;
  source_id first_lane_ = 0;      // takes its turn first in the next pass
  std::uint64_t wait_cursor_ = 0; // where the next pass looks for waits
  std::uint64_t late_cursor_ = 0; // requests up to here have been late
  bool dirty_ = true;             // something changed since the last pass
  bool frozen_ = false;
  downloader_counters counters_;
};

} // namespace hyper::replication
