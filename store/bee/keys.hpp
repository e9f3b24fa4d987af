#pragma once

#include "base/bytes.hpp"
#include "base/keys.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

// How the registry's names and owners become keys and values of the tree.
// Docs: docs/bee.md, "Keys and values".
//
//   key    uint length of the name, then the name: "bob" is 03 62 6f 62
//   value  the owner's public key, 32 bytes; what follows is somebody else's
//
// The length comes first, so the order of the tree is by length, then by
// bytes. Lengths of 253 and more are ordered by their low byte first.

namespace hyper::bee {

/// Bytes of an owner in a value.
inline constexpr std::size_t owner_size = 32;

/// Longest name whose length is a single byte. The keys of all longer names
/// come behind the keys of all these.
inline constexpr std::size_t short_name_max = 252;

base::bytes encode_name(std::string_view name);

/// The name in a key, as it stands there (it need not be valid UTF-8); a view
/// into the key. Fails if bytes are missing. Bytes behind the name are ignored,
/// as the original does.
base::result<std::string_view> decode_name(base::bytes_view key);

/// Whether encode_name() gives this key: nothing missing, nothing left over,
/// shortest length.
bool is_canonical_key(base::bytes_view key);

/// The owner in a value. A longer value is cut, a shorter or missing one fails.
base::result<base::public_key>
decode_owner(const std::optional<base::bytes_view>& value);

/// The length in front of the name. Requires a canonical key.
base::bytes_view key_head(base::bytes_view key);

/// The smallest run of bytes that is greater than everything that begins with
/// `head`; none if there is no such run (no bytes, or all of them ff).
std::optional<base::bytes> after_prefix(base::bytes_view head);

} // namespace hyper::bee
