#include "net/replication/provable.hpp"

#include "base/flat_tree.hpp"

namespace hyper::replication {

namespace {

namespace flat_tree = base::flat_tree;

// Bounds of a proof in node numbers: it leads from a tree that ends at `from`
// to one that ends at `to`.
struct span {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

span span_of(const base::proof_request& request, const head& ours) {
  if (!request.upgrade)
    return {0, 2 * ours.length};
  auto start = request.upgrade->start;
  return {2 * start, 2 * (start + request.upgrade->length)};
}

// Whether the reader's own tree ends above the node, so that the levels it
// asked for count. Otherwise the node's path is part of the upgrade.
bool is_covered(const base::proof_request& request, std::uint64_t node,
                const span& bounds) {
  return !request.upgrade || flat_tree::last_leaf(node) < bounds.from;
}

// The climb ends here at the latest, long before the levels run out.
bool climbs_past(std::uint64_t node, std::uint64_t levels, const span& bounds) {
  for (; levels > 0 && !flat_tree::contains(node, bounds.to); --levels)
    node = flat_tree::parent(node);
  return flat_tree::contains(node, bounds.to);
}

prospect judge_target(const base::proof_request& request, std::uint64_t node,
                      std::uint64_t levels, const span& bounds) {
  if (request.upgrade && request.seek &&
      flat_tree::last_leaf(node) >= bounds.from)
    return prospect::invalid;
  if (!is_covered(request, node, bounds))
    return flat_tree::last_leaf(node) < bounds.to ? prospect::provable
                                                  : prospect::invalid;
  return climbs_past(node, levels, bounds) ? prospect::invalid
                                           : prospect::provable;
}

bool is_available(const base::proof_request& request, const head& ours,
                  const block_set& blocks) {
  if (request.fork != ours.fork)
    return false;
  return !request.block || (request.block->index < ours.length &&
                            blocks.contains(request.block->index));
}

} // namespace

prospect judge(const base::proof_request& request, const head& ours,
               const block_set& blocks) {
  // The manifest is given even to those who get nothing else.
  if (!is_available(request, ours, blocks))
    return request.manifest && ours.has_manifest ? prospect::provable
                                                 : prospect::not_available;
  if (ours.length == 0)
    return prospect::provable; // with nothing in it
  auto bounds = span_of(request, ours);
  if (bounds.from >= bounds.to || bounds.to > 2 * ours.length)
    return prospect::invalid;
  if (request.hash &&
      flat_tree::first_leaf(request.hash->index) > 2 * ours.length)
    return prospect::impossible;
  if (request.block) {
    auto verdict = judge_target(request, 2 * request.block->index,
                                request.block->nodes, bounds);
    if (verdict != prospect::provable)
      return verdict;
  }
  if (request.hash)
    return judge_target(request, request.hash->index, request.hash->nodes,
                        bounds);
  return prospect::provable;
}

} // namespace hyper::replication
