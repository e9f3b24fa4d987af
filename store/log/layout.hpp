#pragma once

#include "base/result.hpp"
#include "store/kv/kv.hpp"
#include "store/log/head.hpp"
#include "store/log/signature.hpp"

#include <functional>
#include <optional>

// Where the records of a log lie in a key-value store. One store holds one
// log. See docs/log.md.
//
//   key               value
//   00                format: "hyper-registry/log", uint version, fixed32 key
//   01                head: uint fork, uint length, buffer signature
//   02                manifest
//   03                frozen mark: fixed32 tree hash of the other history
//   04                contiguous: uint, all blocks below are stored
//   05                compared: uint, microseconds since 1970; see state
//   10 + u64 BE node  uint size, fixed32 hash
//   11 + u64 BE block the block's bytes

namespace hyper::log {

/// Version of the layout that this program writes.
inline constexpr std::uint64_t layout_version = 1;

struct format {
  std::uint64_t version = layout_version;
  base::public_key key{};
};

kv::write format_record(const base::public_key& key);
kv::write head_record(const head& value);
kv::write manifest_record(const base::manifest& value);
kv::write frozen_record(const base::hash32& other_tree);
kv::write contiguous_record(std::uint64_t length);
kv::write compared_record(std::uint64_t when);
kv::write node_record(const tree_node& node);
kv::write block_record(std::uint64_t block, base::bytes value);

/// The same keys with nothing: for truncation.
kv::write no_node_record(std::uint64_t node);
kv::write no_block_record(std::uint64_t block);

/// Each reads one record; none if it is absent, errc::malformed if it is
/// damaged, errc::io if the store cannot be read.
base::result<std::optional<format>> read_format(const kv::snapshot& from);
base::result<std::optional<base::manifest>>
read_manifest(const kv::snapshot& from);
base::result<bool> read_frozen(const kv::snapshot& from);
base::result<std::uint64_t> read_contiguous(const kv::snapshot& from);
base::result<std::optional<std::uint64_t>>
read_compared(const kv::snapshot& from);
base::result<std::optional<tree_node>> read_node(const kv::snapshot& from,
                                                 std::uint64_t node);

/// The view lives as long as the snapshot.
base::result<std::optional<base::bytes_view>>
read_block(const kv::snapshot& from, std::uint64_t block);

/// The head with its roots; empty if there is none yet. Fails with
/// errc::malformed if a root is missing.
base::result<head> read_head(const kv::snapshot& from);

/// The nodes with these numbers. Fails with errc::not_found if one is missing.
base::result<std::vector<tree_node>>
read_nodes(const kv::snapshot& from, const std::vector<std::uint64_t>& nodes);

/// Visits the numbers of the stored blocks from `first` on, in order.
base::status scan_blocks(const kv::snapshot& from, std::uint64_t first,
                         const std::function<void(std::uint64_t)>& visit);

} // namespace hyper::log
