#include "store/log/signature.hpp"

#include "base/assert.hpp"
#include "store/log/keys.hpp"

#include <algorithm>
#include <optional>

namespace hyper::log {

namespace {

constexpr std::uint8_t of_tree = 0;

// Flag of a part in the container of version 0.
constexpr std::uint64_t flag_patch = 1;

const base::hash32& constant_of_tree() {
  static const auto value = base::namespace_constant("hypercore", of_tree);
  return value;
}

// What the signature of this signer is bound to; none in compat mode.
base::bytes context(const identity& log, std::uint64_t signer) {
  if (is_compat(log.key, log.who))
    return {};
  return base::to_bytes(
      log.who.version == 0
          ? base::bytes_view{log.who.signers[signer].name_space}
          : base::bytes_view{log.key});
}

base::bytes tree_and_end(const base::hash32& tree_hash, std::uint64_t length,
                         std::uint64_t fork) {
  base::writer out;
  out.raw(tree_hash);
  out.fixed_uint(length, 8);
  out.fixed_uint(fork, 8);
  return out.release();
}

bool is_bare(const identity& log) {
  const auto& who = log.who;
  return is_compat(log.key, who) ||
         (who.version == 0 && !who.allow_patch && who.signers.size() == 1);
}

// Logs older than the constant were signed without it.
bool verify_oldest(const identity& log, const tree& what, std::uint64_t fork,
                   const base::signature& signature) {
  return is_compat(log.key, log.who) &&
         base::verify(log.key, tree_and_end(what.hash(), what.length(), fork),
                      signature);
}

bool verify_one(const identity& log, std::uint64_t signer, const tree& what,
                std::uint64_t fork, const base::signature& signature) {
  auto message = signable(log, signer, what.hash(), what.length(), fork);
  return base::verify(log.who.signers[signer].pub, message, signature);
}

std::optional<tree> extended(const tree& what, std::uint64_t blocks,
                             const std::vector<tree_node>& nodes) {
  if (blocks > log_length_max - what.length())
    return std::nullopt;
  tree longer{what.roots()};
  for (auto index : growth(what.length(), what.length() + blocks)) {
    auto found =
        std::find_if(nodes.begin(), nodes.end(),
                     [&](const auto& node) { return node.index == index; });
    if (found == nodes.end() || !longer.push(*found))
      return std::nullopt;
  }
  return longer;
}

bool verify_part(const identity& log, const tree& what, std::uint64_t fork,
                 const partial_signature& part,
                 const std::vector<tree_node>& nodes) {
  if (part.patch == 0)
    return verify_one(log, part.signer, what, fork, part.signature);
  // The original ignores the number where patches are not allowed. No writer
  // sends it, and a signature should have one form only.
  if (!log.who.allow_patch)
    return false;
  auto longer = extended(what, part.patch, nodes);
  return longer && verify_one(log, part.signer, *longer, fork, part.signature);
}

bool verify_quorum(const identity& log, const tree& what, std::uint64_t fork,
                   const container& value) {
  auto quorum = log.who.quorum;
  if (quorum == 0 || value.parts.size() < quorum)
    return false;
  HYPER_ASSERT(quorum > 0);
  std::vector<bool> seen(log.who.signers.size());
  for (std::uint64_t i = 0; i < quorum; ++i) {
    const auto& part = value.parts[i];
    if (part.signer >= seen.size() || seen[part.signer] ||
        !verify_part(log, what, fork, part, value.nodes))
      return false;
    seen[part.signer] = true;
  }
  return true;
}

partial_signature decode_part_of_version0(base::reader& in) {
  partial_signature part;
  auto flags = in.uint();
  part.signer = in.uint();
  part.signature = in.fixed<64>();
  if ((flags & flag_patch) == 0)
    return part;
  in.uint(); // a length, which the original does not look at either
  part.patch = in.uint();
  // Positions in the list of nodes; they are found by their numbers instead.
  for (auto left = in.array_count(); left > 0 && !in.failed(); --left)
    in.uint();
  return part;
}

container decode_container_of_version0(base::reader& in) {
  container value;
  for (auto left = in.array_count(); left > 0 && !in.failed(); --left)
    value.parts.push_back(decode_part_of_version0(in));
  value.nodes = base::decode_tree_nodes(in);
  return value;
}

bool verify_bare(const identity& log, const tree& what, std::uint64_t fork,
                 base::bytes_view signature) {
  if (signature.size() != sizeof(base::signature))
    return false;
  auto one = base::take<sizeof(base::signature)>(signature);
  return verify_one(log, 0, what, fork, one) ||
         verify_oldest(log, what, fork, one);
}

bool is_prologue(const base::manifest_prologue& prologue, const tree& what) {
  return what.length() == prologue.length && what.hash() == prologue.tree_hash;
}

} // namespace

identity identity_of(base::manifest who) {
  auto key = log_key(who);
  return {key, std::move(who)};
}

void encode(base::writer& out, const container& value) {
  out.uint(value.parts.size());
  for (const auto& part : value.parts) {
    out.uint(part.signer);
    out.raw(part.signature);
    out.uint(part.patch);
  }
  base::encode(out, value.nodes);
}

container decode_container(base::reader& in) {
  container value;
  for (auto left = in.array_count(); left > 0 && !in.failed(); --left) {
    partial_signature part;
    part.signer = in.uint();
    part.signature = in.fixed<64>();
    part.patch = in.uint();
    value.parts.push_back(part);
  }
  value.nodes = base::decode_tree_nodes(in);
  return value;
}

base::bytes signable(const identity& log, std::uint64_t signer,
                     const base::hash32& tree_hash, std::uint64_t length,
                     std::uint64_t fork) {
  HYPER_ASSERT(signer < log.who.signers.size());
  return base::concat(constant_of_tree(), context(log, signer),
                      tree_and_end(tree_hash, length, fork));
}

base::bytes sign(const identity& log, const tree& what, std::uint64_t fork,
                 const base::key_pair& with) {
  const auto& signers = log.who.signers;
  auto found =
      std::find_if(signers.begin(), signers.end(),
                   [&](const auto& one) { return one.pub == with.pub; });
  HYPER_ASSERT(found != signers.end() && log.who.quorum == 1);
  auto signer = static_cast<std::uint64_t>(found - signers.begin());
  auto signature =
      base::sign(with, signable(log, signer, what.hash(), what.length(), fork));
  if (is_bare(log))
    return base::to_bytes(signature);
  // Without a patch the container of version 0 only has flags in front.
  base::writer out;
  if (log.who.version == 0) {
    out.uint(1);
    out.uint(0);
    out.uint(signer);
    out.raw(signature);
    out.uint(0);
  } else {
    encode(out, container{{{signer, signature, 0}}, {}});
  }
  return out.release();
}

bool verify_signature(const identity& log, const tree& what, std::uint64_t fork,
                      base::bytes_view signature) {
  // Version 0 has a prologue for its hash alone.
  const auto& prologue = log.who.prologue;
  if (log.who.version > 0 && prologue && what.length() <= prologue->length)
    return is_prologue(*prologue, what);
  if (is_bare(log))
    return verify_bare(log, what, fork, signature);
  base::reader in{signature};
  auto value = log.who.version == 0 ? decode_container_of_version0(in)
                                    : decode_container(in);
  return !in.failed() && in.empty() && verify_quorum(log, what, fork, value);
}

} // namespace hyper::log
