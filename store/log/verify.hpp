#pragma once

#include "base/manifest.hpp"
#include "base/proof.hpp"
#include "base/result.hpp"
#include "store/kv/kv.hpp"
#include "store/log/head.hpp"

#include <optional>
#include <string>
#include <variant>

// A reader's side of proofs. Nothing is stored before every check has passed:
// the outcome is a value, and whoever owns the store commits it.

namespace hyper::log {

/// A proof that is right. Commit the writes, then adopt the rest.
struct verified {
  kv::batch writes;
  std::optional<head> next;           ///< the log is longer now
  std::optional<base::manifest> who;  ///< became known
  std::optional<std::uint64_t> block; ///< is stored now
};

/// What is wrong with a proof, and with that what its sender deserves.
enum class fault {
  unasked,         ///< holds something else than asked for: as if "no data"
  other_fork,      ///< a lower fork: drop it
  higher_fork,     ///< the log was truncated: never mix it with ours
  stale,           ///< right, but about an older end of the log: ask again
  misplaced_node,  ///< a node is missing, left over or in the wrong place
  wrong_hash,      ///< bytes that the signed tree does not have
  wrong_manifest,  ///< missing, malformed, or not the one the key stands for
  wrong_signature, ///< not signed by those who may
};

struct rejected {
  fault why = fault::unasked;
  std::string message;
};

/// Two histories with right signatures. Commit the writes (the frozen mark);
/// nothing may be added to the log any more.
struct conflict {
  kv::batch writes;
};

using verdict = std::variant<verified, rejected, conflict>;

/// What a reader knows about its log.
struct reader_view {
  const base::public_key& key;
  const std::optional<base::manifest>& who;
  const head& current;
};

/// Checks what came as an answer. `stored` may be an overlay with changes that
/// were verified and not committed yet; `log` must be of the same moment. An
/// error is a failure of the store, never of the sender.
base::result<verdict> verify(const kv::snapshot& stored, const reader_view& log,
                             const base::proof_request& asked,
                             const base::proof& proof);

/// How many levels a reader of that length has to climb from a node until it
/// meets one that it knows: `nodes` of a request. 0 beyond its length.
base::result<std::uint64_t> missing_nodes(const kv::snapshot& stored,
                                          std::uint64_t length,
                                          std::uint64_t node);

} // namespace hyper::log
