#include "store/log/verify.hpp"

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "store/log/climb.hpp"
#include "store/log/keys.hpp"
#include "store/log/layout.hpp"

namespace hyper::log {

namespace {

namespace flat = base::flat_tree;

verdict reject(fault why, std::string message) {
  return rejected{why, "log: " + std::move(message)};
}

verdict reject_misplaced() {
  return reject(fault::misplaced_node,
                "a node is missing, left over or in the wrong place");
}

bool is_asked(const base::proof_request& asked, const base::proof& proof) {
  if (proof.block && (!asked.block || asked.block->index != proof.block->index))
    return false;
  if (proof.hash && (!asked.hash || asked.hash->index != proof.hash->index))
    return false;
  if (proof.seek && (!asked.seek || asked.seek->bytes != proof.seek->bytes))
    return false;
  if (proof.upgrade &&
      (!asked.upgrade || asked.upgrade->start != proof.upgrade->start))
    return false;
  return !(proof.manifest && !asked.manifest) && !(proof.block && proof.hash);
}

bool has_tree_part(const base::proof& proof) {
  return proof.block || proof.hash || proof.seek || proof.upgrade;
}

// One proof on its way through the checks. Each step either ends the way with
// an outcome or lets it go on.
class check {
public:
  using outcome = base::result<verdict>;
  using step = std::optional<outcome>;

  check(const kv::snapshot& stored, const reader_view& log,
        const base::proof_request& asked, const base::proof& proof)
      : stored_(stored), log_(log), asked_(asked), proof_(proof) {}

  outcome run() {
    if (!is_asked(asked_, proof_))
      return reject(fault::unasked, "this was not asked for");
    if (auto stop = check_manifest())
      return *stop;
    if (!has_tree_part(proof_))
      return finish();
    if (proof_.fork != log_.current.fork)
      return judge_fork();
    if (auto stop = check_tree())
      return *stop;
    return finish();
  }

private:
  // The manifest counts for itself: it is what the key is the hash of.
  step check_manifest() {
    if (!proof_.manifest)
      return {};
    auto who = base::decode_manifest(*proof_.manifest);
    if (!who || !belongs_to(*who, log_.key))
      return reject(fault::wrong_manifest,
                    "the manifest is not the one of this log");
    if (log_.who)
      return {};
    // Any 32 bytes could be a public key, so a manifest of the oldest kind
    // proves nothing without a signature by that key.
    if (is_compat(log_.key, *who) && !proof_.upgrade)
      return reject(fault::wrong_manifest,
                    "a manifest without a hash needs a signature");
    done_.writes.push_back(manifest_record(*who));
    done_.who = std::move(*who);
    return {};
  }

  const base::manifest* who() const {
    if (log_.who)
      return &*log_.who;
    return done_.who ? &*done_.who : nullptr;
  }

  step check_signature(const tree& what) const {
    HYPER_ASSERT(proof_.upgrade.has_value());
    if (who() == nullptr)
      return reject(fault::wrong_manifest, "the manifest is missing");
    if (!base::mutant("unsigned_length") &&
        !verify_signature({log_.key, *who()}, what, proof_.fork,
                          proof_.upgrade->signature))
      return reject(fault::wrong_signature,
                    "the tree is not signed by those who may");
    return {};
  }

  // A truncation counts only when it is signed: it begins at the empty tree.
  outcome judge_fork() {
    if (proof_.fork < log_.current.fork || !proof_.upgrade ||
        proof_.upgrade->start != 0)
      return reject(fault::other_fork, "the proof is of another fork");
    auto parts = climb(proof_);
    if (!parts)
      return reject_misplaced();
    auto end = grow(tree{}, *proof_.upgrade, parts->root);
    if (!end)
      return reject_misplaced();
    if (auto stop = check_signature(end->reached))
      return *stop;
    return reject(fault::higher_fork,
                  "the log was cut by its writer and is at fork " +
                      std::to_string(proof_.fork) + " now");
  }

  step check_tree() {
    auto parts = climb(proof_);
    if (!parts)
      return reject_misplaced();
    auto used_root = false;
    if (proof_.upgrade)
      if (auto stop = check_upgrade(parts->root, used_root))
        return stop;
    if (parts->root && !used_root)
      if (auto stop = compare_with_stored(*parts->root))
        return stop;
    keep(parts->nodes);
    if (proof_.block) {
      done_.writes.push_back(
          block_record(proof_.block->index, proof_.block->value));
      done_.block = proof_.block->index;
    }
    return {};
  }

  step check_upgrade(const std::optional<tree_node>& root, bool& used_root) {
    auto base = tree_at(proof_.upgrade->start);
    if (!base)
      return outcome{base.failure()};
    if (!*base)
      return stale();
    auto end = grow(std::move(**base), *proof_.upgrade, root);
    if (!end)
      return reject_misplaced();
    used_root = end->used_root;
    if (auto stop = check_signature(end->reached))
      return stop;
    if (auto stop = check_history(*end))
      return stop;
    HYPER_ASSERT(!end->reached.made().empty());
    keep(end->reached.made());
    if (end->reached.length() > log_.current.length())
      move_head(end->reached);
    return {};
  }

  // The tree that the upgrade starts from: ours, or what ours was before.
  base::result<std::optional<tree>> tree_at(std::uint64_t length) const {
    using found = std::optional<tree>;
    if (length == log_.current.length())
      return found{tree{log_.current.roots}};
    if (length > log_.current.length())
      return found{};
    auto roots = read_nodes(stored_, flat::roots(length));
    if (roots)
      return found{tree{std::move(*roots)}};
    if (roots.failure().code == base::errc::not_found)
      return found{};
    return roots.failure();
  }

  // The signature is right. Is it the history that we have?
  step check_history(const grown& end) {
    for (const auto& node : end.reached.made()) {
      auto ours = read_node(stored_, node.index);
      if (!ours)
        return outcome{ours.failure()};
      if (*ours && **ours != node)
        return verdict{conflict{{frozen_record(end.reached.hash())}}};
    }
    if (end.reached.length() > log_.current.length())
      return extends_ours(end) ? step{} : stale();
    auto known = read_nodes(stored_, flat::roots(end.reached.length()));
    if (known)
      return {};
    if (known.failure().code == base::errc::not_found)
      return stale();
    return outcome{known.failure()};
  }

  bool extends_ours(const grown& end) const {
    return proof_.upgrade->start == log_.current.length() ||
           (end.asked.length() == log_.current.length() &&
            end.asked.hash() == log_.current.hash());
  }

  static step stale() {
    return reject(fault::stale, "the proof is about an older end of the log");
  }

  step compare_with_stored(const tree_node& root) const {
    auto ours = read_node(stored_, root.index);
    if (!ours)
      return outcome{ours.failure()};
    if (!*ours)
      return reject_misplaced();
    if (**ours != root)
      return reject(fault::wrong_hash, "the signed tree has another hash");
    return {};
  }

  void keep(const std::vector<tree_node>& nodes) {
    for (const auto& node : nodes)
      done_.writes.push_back(node_record(node));
  }

  void move_head(const tree& reached) {
    HYPER_ASSERT(reached.length() > log_.current.length());
    HYPER_ASSERT(proof_.fork == log_.current.fork);
    done_.next = head{proof_.fork, reached.roots(), proof_.upgrade->signature};
    done_.writes.push_back(head_record(*done_.next));
  }

  outcome finish() {
    // Whatever is adopted is also written.
    HYPER_ASSERT(!done_.writes.empty() ||
                 (!done_.next && !done_.who && !done_.block));
    return verdict{std::move(done_)};
  }

  const kv::snapshot& stored_;
  const reader_view& log_;
  const base::proof_request& asked_;
  const base::proof& proof_;
  verified done_;
};

} // namespace

base::result<verdict> verify(const kv::snapshot& stored, const reader_view& log,
                             const base::proof_request& asked,
                             const base::proof& proof) {
  return check{stored, log, asked, proof}.run();
}

base::result<std::uint64_t> missing_nodes(const kv::snapshot& stored,
                                          std::uint64_t length,
                                          std::uint64_t node) {
  if (flat::last_leaf(node) >= 2 * length)
    return std::uint64_t{0};
  HYPER_ASSERT(length <= log_length_max);
  std::uint64_t levels = 0;
  for (auto at = node; !flat::contains(at, 2 * length);
       at = flat::parent(at), ++levels) {
    auto found = read_node(stored, at);
    if (!found)
      return found.failure();
    if (*found)
      break;
  }
  return levels;
}

} // namespace hyper::log
