#pragma once

#include "base/keys.hpp"
#include "base/result.hpp"
#include "store/kv/kv.hpp"
#include "store/log/head.hpp"
#include "store/log/signature.hpp"

#include <span>

namespace hyper::log {

/// Largest block that is appended: it must fit into one message of a stream
/// with its proof, and the original refuses larger ones.
inline constexpr std::size_t block_size_max = 15 * 1024 * 1024;

/// A change of the log that is not made yet: the owner commits the writes, and
/// only then adopts the head and tells others (durable before visible).
struct change {
  kv::batch writes;
  head next;
};

/// The log with the blocks added, under one signature. No block: no writes.
/// Fails with errc::limit if a block or the log would be too large.
base::result<change> append(const identity& log, const head& current,
                            std::span<const base::bytes> blocks,
                            const base::key_pair& signer);

/// The log cut to its first `length` blocks, one fork later. Requires that
/// `length` is at most the current one and that no block is missing.
base::result<change> truncate(const kv::snapshot& from, const identity& log,
                              const head& current, std::uint64_t length,
                              const base::key_pair& signer);

} // namespace hyper::log
