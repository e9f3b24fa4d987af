#pragma once

#include "base/hash.hpp"
#include "base/keys.hpp"
#include "base/manifest.hpp"
#include "base/result.hpp"

#include <string_view>

// From one primary key to every other key. See docs/log.md.

namespace hyper::log {

/// The secret that a store owns; everything else follows from it.
using primary_key = base::fixed_bytes<32>;

/// A name space below which names are unique.
using name_space = base::hash32;

/// The name space that a store begins with.
inline constexpr name_space root_name_space{};

/// Names of the registry's key pairs in the root name space.
inline constexpr std::string_view name_of_database = "registry-db";
inline constexpr std::string_view name_of_server = "dht";
inline constexpr std::string_view name_of_client = "dht-client";

/// Reads the content of a primary key file: 32 bytes, or 64 hex digits with
/// white space around them.
base::result<primary_key> parse_primary_key(base::bytes_view content);

name_space derive_name_space(const name_space& parent, std::string_view name);

base::seed derive_seed(const primary_key& from, const name_space& space,
                       std::string_view name);

base::key_pair derive_key_pair(const primary_key& from, const name_space& space,
                               std::string_view name);

/// The name space that a manifest gives to a signer when none is said.
const base::hash32& default_signer_name_space();

/// Version 1, one signer, the default name space: what the registry uses.
base::manifest single_signer_manifest(const base::public_key& signer);

/// What a log without a manifest of its own has, where the key of the log is
/// the public key of its signer.
base::manifest compat_manifest(const base::public_key& log_key);

/// Whether the log was made before there were manifests.
bool is_compat(const base::public_key& log_key, const base::manifest& who);

/// The key of the log that the manifest describes.
base::public_key log_key(const base::manifest& who);

/// Whether the manifest is the one that the key stands for.
bool belongs_to(const base::manifest& who, const base::public_key& log_key);

/// Topic on the network and channel on a stream; tells nothing about the key.
base::hash32 discovery_key(const base::public_key& log_key);

/// Proof that its sender knows the log key, bound to one stream and to the
/// sender's role on it. `handshake` is the stream's handshake hash.
base::hash32 capability(const base::public_key& log_key,
                        const base::hash64& handshake, bool is_initiator);

} // namespace hyper::log
