#include "store/log/proofs.hpp"

#include "base/assert.hpp"
#include "store/log/layout.hpp"
#include "store/log/offsets.hpp"
#include "store/log/proof_plan.hpp"

namespace hyper::log {

namespace {

namespace flat = base::flat_tree;

// Bytes below a node without the padding that encrypted blocks carry.
std::uint64_t unpadded(const tree_node& node, std::uint64_t padding) {
  auto blocks = std::uint64_t{1} << flat::depth(node.index);
  return padding > node.size / blocks ? 0 : node.size - padding * blocks;
}

class prover {
public:
  prover(const kv::snapshot& from, const head& announced,
         const base::proof_request& request)
      : from_(from), head_(announced), request_(request),
        wanted_(wanted_in(request)) {}

  base::result<answer> run() {
    auto available = is_available();
    if (!available)
      return available.failure();
    if (!*available)
      return manifest_or(refusal::not_available);
    if (head_.length() == 0)
      return with_manifest({});
    auto made = plan();
    if (!made)
      return made.failure();
    if (const auto* why = std::get_if<refusal>(&*made))
      return answer{*why};
    return fill(std::get<proof_plan>(*made));
  }

private:
  using planned = std::variant<proof_plan, refusal>;
  using nodes = std::vector<tree_node>;

  base::result<bool> is_available() const {
    if (request_.fork != head_.fork)
      return false;
    if (!request_.block)
      return true;
    if (request_.block->index >= head_.length())
      return false;
    auto block = read_block(from_, request_.block->index);
    if (!block)
      return block.failure();
    return block->has_value();
  }

  base::result<answer> manifest_or(refusal why) const {
    if (!request_.manifest)
      return answer{why};
    auto alone = with_manifest({});
    if (alone && !std::get<base::proof>(*alone).manifest)
      return answer{why};
    return alone;
  }

  base::result<answer> with_manifest(base::proof proof) const {
    proof.request = request_.id;
    proof.fork = head_.fork;
    if (!request_.manifest)
      return answer{std::move(proof)};
    auto who = read_manifest(from_);
    if (!who)
      return who.failure();
    if (*who)
      proof.manifest = base::encode(**who);
    return answer{std::move(proof)};
  }

  std::uint64_t start() const {
    return request_.upgrade ? request_.upgrade->start : 0;
  }

  std::uint64_t end() const {
    return request_.upgrade ? start() + request_.upgrade->length
                            : head_.length();
  }

  // Whether the reader's tree covers what is wanted, so that it is proved to
  // one of the nodes that the reader has.
  bool is_covered() const {
    return wanted_ && (!request_.upgrade || wanted_->last_block() < start());
  }

  base::result<planned> plan() const {
    if (start() >= end() || end() > head_.length())
      return planned{refusal::invalid_request};
    if (request_.seek && request_.upgrade && wanted_ &&
        wanted_->index >= 2 * start())
      return planned{refusal::invalid_request};
    if (is_covered())
      return plan_covered();
    // One that begins in the reader's tree and ends behind it has no place.
    if (request_.seek && wanted_)
      return planned{refusal::invalid_request};
    return plan_in_upgrade();
  }

  base::result<planned> plan_covered() const {
    HYPER_ASSERT(wanted_ && end() <= head_.length());
    if (flat::last_leaf(wanted_->index) >= 2 * head_.length())
      return planned{refusal::no_such_node};
    auto root = climbed_from(*wanted_, 2 * end());
    if (!root)
      return planned{refusal::invalid_request};
    std::optional<std::uint64_t> sought;
    if (request_.seek) {
      auto found = seek_in(*root);
      if (!found && found.failure().code == base::errc::refused)
        return planned{refusal::invalid_request};
      if (!found)
        return found.failure();
      sought = *found;
    }
    planner lists{wanted_, sought};
    lists.prove_below(*root);
    return finished(lists);
  }

  base::result<planned> plan_in_upgrade() const {
    std::optional<std::uint64_t> sought;
    if (request_.seek && request_.upgrade) {
      auto found = seek_from_start();
      if (!found)
        return found.failure();
      sought = *found;
    }
    planner lists{wanted_, sought};
    return finished(lists);
  }

  base::result<planned> finished(planner& lists) const {
    if (request_.upgrade) {
      lists.grow(start(), end());
      lists.add(end(), head_.length());
    }
    if (wanted_ && !lists.plan().wanted)
      return planned{refusal::invalid_request};
    return planned{lists.plan()};
  }

  // The node below `root` at whose start or in which the byte lies. The
  // original loses count outside of the first root and answers without a seek
  // there; a byte that is not below `root` is errc::refused.
  base::result<std::optional<std::uint64_t>> seek_in(std::uint64_t root) const {
    using found = std::optional<std::uint64_t>;
    if (!flat::contains(head_.roots.front().index, root))
      return found{};
    auto padding = request_.seek->padding;
    auto offset = byte_offset(from_, head_, root);
    if (!offset)
      return offset.failure();
    auto bytes = request_.seek->bytes;
    auto before = std::min(*offset, padding * flat::first_leaf(root) / 2);
    auto begin = *offset - before;
    if (begin == bytes)
      return found{root};
    auto node = read_nodes(from_, {root});
    if (!node)
      return node.failure();
    if (begin > bytes || unpadded(node->front(), padding) <= bytes - begin)
      return base::error{base::errc::refused, "log: no such byte below"};
    return seek_below(root, bytes - begin);
  }

  base::result<std::optional<std::uint64_t>> seek_from_start() const {
    HYPER_ASSERT(request_.seek && end() <= head_.length());
    using found = std::optional<std::uint64_t>;
    auto bytes = request_.seek->bytes;
    auto roots = read_nodes(from_, flat::roots(end()));
    if (!roots)
      return roots.failure();
    for (const auto& root : *roots) {
      auto size = unpadded(root, request_.seek->padding);
      if (bytes == size)
        return found{root.index};
      if (bytes < size)
        return seek_below(root.index, bytes);
      bytes -= size;
    }
    return found{};
  }

  base::result<std::optional<std::uint64_t>>
  seek_below(std::uint64_t root, std::uint64_t bytes) const {
    using found = std::optional<std::uint64_t>;
    auto at = root;
    while (bytes > 0 && flat::depth(at) > 0) {
      auto left = read_node(from_, flat::left_child(at));
      if (!left)
        return left.failure();
      if (!*left)
        return found{at};
      auto size = unpadded(**left, request_.seek->padding);
      if (size == bytes)
        return found{(*left)->index};
      at = size > bytes ? (*left)->index : flat::right_child(at);
      bytes -= size > bytes ? 0 : size;
    }
    return found{at};
  }

  base::result<answer> fill(const proof_plan& plan) const {
    base::proof proof;
    auto good = fill_wanted(plan, proof);
    if (good)
      good = fill_seek(plan, proof);
    if (good)
      good = fill_upgrade(plan, proof);
    if (!good && good.failure().code == base::errc::not_found)
      return answer{refusal::not_available};
    if (!good)
      return good.failure();
    return with_manifest(std::move(proof));
  }

  base::status fill_wanted(const proof_plan& plan, base::proof& proof) const {
    if (!plan.wanted)
      return base::unit{};
    auto list = read_nodes(from_, *plan.wanted);
    if (!list)
      return list.failure();
    if (!wanted_->is_block) {
      proof.hash = base::hash_part{wanted_->index, std::move(*list)};
      return base::unit{};
    }
    auto value = read_block(from_, request_.block->index);
    if (!value)
      return value.failure();
    HYPER_ASSERT(value->has_value());
    proof.block = base::block_part{request_.block->index,
                                   base::to_bytes(**value), std::move(*list)};
    return base::unit{};
  }

  base::status fill_seek(const proof_plan& plan, base::proof& proof) const {
    if (!plan.seek)
      return base::unit{};
    auto list = read_nodes(from_, *plan.seek);
    if (!list)
      return list.failure();
    proof.seek = base::seek_part{request_.seek->bytes, std::move(*list)};
    return base::unit{};
  }

  base::status fill_upgrade(const proof_plan& plan, base::proof& proof) const {
    if (!request_.upgrade)
      return base::unit{};
    auto list = read_nodes(from_, plan.upgrade);
    if (!list)
      return list.failure();
    auto more = read_nodes(from_, plan.additional);
    if (!more)
      return more.failure();
    proof.upgrade =
        base::upgrade_part{request_.upgrade->start, request_.upgrade->length,
                           std::move(*list), std::move(*more), head_.signature};
    return base::unit{};
  }

  const kv::snapshot& from_;
  const head& head_;
  const base::proof_request& request_;
  std::optional<wanted_node> wanted_;
};

} // namespace

base::no_data_reason reason_of(refusal why) {
  return why == refusal::not_available ? base::no_data_reason::not_available
                                       : base::no_data_reason::invalid_request;
}

base::result<answer> make_proof(const kv::snapshot& from, const head& announced,
                                const base::proof_request& request) {
  return prover{from, announced, request}.run();
}

} // namespace hyper::log
