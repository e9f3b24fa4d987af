#pragma once

#include "base/codec.hpp"
#include "base/hash.hpp"

#include <cstdint>
#include <optional>
#include <vector>

// What a reader asks of a log and what it is given: plain values, shared by
// the replication machine, which puts them on the wire, and the log, which
// makes and checks them. Grammar: docs/replication.md, rules: docs/log.md.

namespace hyper::base {

/// A node of the Merkle tree. `size` counts the bytes of all blocks below.
struct tree_node {
  std::uint64_t index = 0;
  std::uint64_t size = 0;
  hash32 hash{};

  friend bool operator==(const tree_node&, const tree_node&) = default;
};

/// A part of a request. Block: index is a block number. Hash: a node number.
struct proof_target {
  std::uint64_t index = 0;
  std::uint64_t nodes = 0; ///< levels to climb with siblings

  friend bool operator==(const proof_target&, const proof_target&) = default;
};

struct seek_target {
  std::uint64_t bytes = 0;
  std::uint64_t padding = 0;

  friend bool operator==(const seek_target&, const seek_target&) = default;
};

struct upgrade_target {
  std::uint64_t start = 0;
  std::uint64_t length = 0;

  friend bool operator==(const upgrade_target&,
                         const upgrade_target&) = default;
};

struct proof_request {
  std::uint64_t id = 0;
  std::uint64_t fork = 0;
  std::optional<proof_target> block;
  std::optional<proof_target> hash;
  std::optional<seek_target> seek;
  std::optional<upgrade_target> upgrade;
  bool manifest = false;
  std::uint64_t priority = 0;

  friend bool operator==(const proof_request&, const proof_request&) = default;
};

struct block_part {
  std::uint64_t index = 0;
  bytes value;
  std::vector<tree_node> nodes;

  friend bool operator==(const block_part&, const block_part&) = default;
};

struct hash_part {
  std::uint64_t index = 0;
  std::vector<tree_node> nodes;

  friend bool operator==(const hash_part&, const hash_part&) = default;
};

struct seek_part {
  std::uint64_t bytes = 0;
  std::vector<tree_node> nodes;

  friend bool operator==(const seek_part&, const seek_part&) = default;
};

struct upgrade_part {
  std::uint64_t start = 0;
  std::uint64_t length = 0;
  std::vector<tree_node> nodes;
  std::vector<tree_node> additional_nodes;
  bytes signature;

  friend bool operator==(const upgrade_part&, const upgrade_part&) = default;
};

/// An answer to a proof_request. `manifest` is in its encoded form.
struct proof {
  std::uint64_t request = 0; ///< id of the request, 0 in unasked conflicts
  std::uint64_t fork = 0;
  std::optional<block_part> block;
  std::optional<hash_part> hash;
  std::optional<seek_part> seek;
  std::optional<upgrade_part> upgrade;
  std::optional<bytes> manifest;

  friend bool operator==(const proof&, const proof&) = default;
};

/// Why there is no proof; the numbers are those of the wire.
enum class no_data_reason : std::uint8_t {
  none = 0,
  not_available = 1,
  invalid_request = 2,
};

/// A node as it stands in every message: uint index, uint size, hash.
void encode(writer& out, const tree_node& node);
tree_node decode_tree_node(reader& in);

/// A count, then the nodes. Allocates by what is there.
void encode(writer& out, const std::vector<tree_node>& nodes);
std::vector<tree_node> decode_tree_nodes(reader& in);

} // namespace hyper::base
