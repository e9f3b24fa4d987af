#pragma once

#include "store/bee/working_tree.hpp"
#include "store/log/append.hpp"
#include "store/registry/rules.hpp"

#include <span>
#include <vector>

namespace hyper::registry {

/// Most changes of one group: what is decided in one go and becomes durable
/// together. A commit takes some milliseconds; more callers than this can't be
/// waiting for one.
inline constexpr std::size_t group_changes_max = 4096;

/// What one caller is told once the group is durable.
struct answer {
  decision made;

  /// Length of the log that shows it: with the caller's own block for what was
  /// accepted, otherwise the one on which it was decided.
  std::uint64_t length = 0;

  friend bool operator==(const answer&, const answer&) = default;
};

/// A group of changes, decided and not yet made. Commit the writes first; then
/// adopt the head, answer the callers, and announce the new length.
struct group {
  kv::batch writes;            ///< empty if nothing was accepted
  log::head next;              ///< the log's end after the commit
  std::vector<answer> answers; ///< one for each change, in order
};

/// Decides and writes in one step: each change is decided on what those before
/// it have left, so one free name has one new owner however many ask at once.
/// All blocks of a group are appended one by one, as single changes would be,
/// under one signature.
class writer {
public:
  /// The only writer of this log. Requires that `signer` may sign it.
  writer(log::identity who, base::key_pair signer, name_policy names);

  /// Decides a group on top of what is committed: `current` is the log's head
  /// in that snapshot. On an empty log the header is made first, also without
  /// any change. The result depends on nothing else: when its commit has
  /// failed, call again with what is there now.
  /// Errors: errc::limit for too many changes or a log without room;
  /// errc::malformed if the tree or the view is damaged or behind the log;
  /// errc::io from the store. Nothing has happened then.
  base::result<group> decide(const kv::snapshot& committed,
                             const log::head& current,
                             std::span<const change> changes);

  const log::identity& who() const { return who_; }

private:
  log::identity who_;
  base::key_pair signer_;
  name_policy names_;
  bee::working_tree memory_;
};

} // namespace hyper::registry
