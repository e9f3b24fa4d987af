#pragma once

#include "base/keys.hpp"
#include "base/manifest.hpp"
#include "store/log/merkle.hpp"

#include <cstdint>
#include <vector>

// Signatures over a tree, alone or by a quorum. See docs/log.md.
//
//   container    array(uint signer, fixed64 signature, uint patch),
//                array(node)
//   version 0    the bare 64 bytes if there is one signer and no patches, else
//                array(uint flags, uint signer, fixed64 signature,
//                      [uint start, uint length, array(uint)]), array(node)

namespace hyper::log {

/// Who a log is: the key that readers know, and who may sign.
struct identity {
  base::public_key key{};
  base::manifest who;

  friend bool operator==(const identity&, const identity&) = default;
};

/// The identity of the log that the manifest describes.
identity identity_of(base::manifest who);

/// One signer's part of a container.
struct partial_signature {
  std::uint64_t signer = 0; ///< position in the manifest
  base::signature signature{};
  std::uint64_t patch = 0; ///< blocks that the signer's tree is longer by

  friend bool operator==(const partial_signature&,
                         const partial_signature&) = default;
};

struct container {
  std::vector<partial_signature> parts;
  std::vector<tree_node> nodes; ///< what extends the tree to a patched one

  friend bool operator==(const container&, const container&) = default;
};

void encode(base::writer& out, const container& value);
container decode_container(base::reader& in);

/// The bytes that a signer signs. Requires signer < who.signers.size().
base::bytes signable(const identity& log, std::uint64_t signer,
                     const base::hash32& tree_hash, std::uint64_t length,
                     std::uint64_t fork);

/// Signs the tree as the signer whose public key the pair has, in the form
/// that is stored and sent. Requires that the manifest names it and that it
/// is a quorum by itself.
base::bytes sign(const identity& log, const tree& what, std::uint64_t fork,
                 const base::key_pair& with);

/// Whether those whom the manifest names have signed the tree and the fork,
/// or its prologue makes a signature unnecessary.
bool verify_signature(const identity& log, const tree& what, std::uint64_t fork,
                      base::bytes_view signature);

} // namespace hyper::log
