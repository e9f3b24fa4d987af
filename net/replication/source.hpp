#pragma once

#include "base/proof.hpp"
#include "net/replication/block_set.hpp"
#include "net/replication/messages.hpp"
#include "net/replication/provable.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <set>

namespace hyper::replication {

/// The owner's name for one channel with one peer.
using source_id = std::uint64_t;

/// Why a source is not asked for anything.
enum class pause {
  none,
  checking,  ///< sent a wrong proof and is asked whether it has forked
  wrong,     ///< the same, and there was no check or it went wrong
  misplaced, ///< sent a proof with a node missing or in the wrong place
  no_data,   ///< too often had nothing
};

/// Answers without data, by reason, since the last right one. The original
/// stops asking at this number.
inline constexpr std::uint64_t no_data_max = 32;

/// Wrong proofs of one peer, however its checks go: a peer that always sends
/// a wrong block and a right check would keep us busy for ever.
inline constexpr std::uint64_t wrong_proofs_max = 8;

/// What a download knows of one peer.
class source {
public:
  // What the peer says.
  void handle(const sync& what);
  void handle(const range& what);
  void handle(const bitfield& what);

  // How it answers.
  void answered(const base::proof_request& request);
  void expired();
  /// True when that was one too many; the source is paused then.
  bool denied(base::no_data_reason reason);

  /// A wrong proof. True when the source should be checked for a fork.
  bool wrong(const head& ours);
  void stop(pause why) { paused_ = why; }
  void check_passed();

  // What it may be asked for.
  bool usable(const head& ours) const;
  bool can_upgrade(const head& ours) const;
  bool has(std::uint64_t block) const;
  /// The first block from `from` on that it has.
  std::optional<std::uint64_t> next(std::uint64_t from) const;
  std::uint64_t length() const { return said_ ? said_->length : 0; }
  /// Requests that it may have outstanding: fewer after each one in a row
  /// that it left unanswered, and at least one.
  std::size_t window(std::size_t in_flight_max) const;

  /// True once for each region: the peer is to be asked what it has there.
  bool want_once(std::uint64_t region);

  pause paused() const { return paused_; }
  const std::optional<sync>& said() const { return said_; }
  const block_set& blocks() const { return has_; }

  std::size_t in_flight = 0;
  /// Upgrades and manifests in a row that it did not give: who claims a
  /// length that it cannot prove comes last.
  std::uint64_t head_failures = 0;

private:
  std::optional<sync> said_;
  block_set has_{remote_runs_max};
  std::set<std::uint64_t> wanted_;
  pause paused_ = pause::none;
  std::array<std::uint64_t, 3> no_data_{};
  std::uint64_t unanswered_ = 0;
  std::uint64_t wrong_ = 0;

  void check_invariant() const;
};

} // namespace hyper::replication
