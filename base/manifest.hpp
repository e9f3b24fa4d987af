#pragma once

#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/keys.hpp"

#include <cstdint>
#include <optional>
#include <vector>

// A manifest says who may sign a log. What its hash is good for, and how
// signatures are checked against it, is told in docs/log.md.
//
//   version 1, 2   uint version, uint flags, uint hash (0), uint quorum,
//                  array(signer), [prologue], [linked], [user data]
//   version 0      uint 0, uint hash (0), uint type, then by type
//                  0: fixed32 prologue hash    1: signer
//                  2: uint flags, uint quorum, array(signer)
//   signer         uint type (0), fixed32 name space, fixed32 public key
//   prologue       fixed32 tree hash, uint length
//   linked         array(fixed32)
//   user data      buffer

namespace hyper::base {

/// Highest version that is understood.
inline constexpr std::uint64_t manifest_version_max = 2;

/// One who may sign. Ed25519 is the only kind of signature there is.
struct manifest_signer {
  hash32 name_space{};
  public_key pub{};

  friend bool operator==(const manifest_signer&,
                         const manifest_signer&) = default;
};

/// A tree that is right without any signature.
struct manifest_prologue {
  hash32 tree_hash{};
  std::uint64_t length = 0; ///< always 0 in version 0, which does not say it

  friend bool operator==(const manifest_prologue&,
                         const manifest_prologue&) = default;
};

struct manifest {
  std::uint64_t version = 1;
  bool allow_patch = false;
  std::uint64_t quorum = 1;
  std::vector<manifest_signer> signers;
  std::optional<manifest_prologue> prologue;
  std::optional<std::vector<hash32>> linked; ///< empty is not none
  std::optional<bytes> user_data;            ///< empty is not none

  friend bool operator==(const manifest&, const manifest&) = default;
};

/// Writes the one canonical form, the one that is hashed. Requires a version
/// of at most manifest_version_max; version 0 writes a prologue only when
/// there is no signer, and neither links nor user data.
void encode(writer& out, const manifest& who);
bytes encode(const manifest& who);

/// Reads every form that the original reads, also wide integers and unknown
/// flag bits. Fails on an unknown version, type, hash or kind of signature.
/// On the wire a manifest has no length: what it does not use stays in `in`.
manifest decode_manifest(reader& in);

/// The same for bytes that begin with a manifest; ignores what is left over.
result<manifest> decode_manifest(bytes_view encoded);

} // namespace hyper::base
