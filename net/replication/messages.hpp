#pragma once

#include "base/proof.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

// The ten messages of a replication channel (protocol `hypercore/alpha`).
// A message's type on the wire is its position in `message`. Grammar with an
// example of each: docs/replication.md.

namespace hyper::replication {

/// State of the sender's log, and what it last heard of the receiver's.
struct sync {
  std::uint64_t fork = 0;
  std::uint64_t length = 0;
  std::uint64_t remote_length = 0; ///< the receiver's; 0 if the forks differ
  bool can_upgrade = false;        ///< the sender can prove its length to it
  bool uploading = false;
  bool downloading = false;
  bool has_manifest = false;
  bool allow_push = false;

  friend bool operator==(const sync&, const sync&) = default;
};

/// The request of that number is no longer needed.
struct cancel {
  std::uint64_t request = 0;

  friend bool operator==(const cancel&, const cancel&) = default;
};

/// The request of that number will not be answered with data. Reasons that
/// nobody knows are read as `none`.
struct no_data {
  std::uint64_t request = 0;
  base::no_data_reason reason = base::no_data_reason::none;

  friend bool operator==(const no_data&, const no_data&) = default;
};

/// Tell me about these blocks. With `any`, one that is there is enough.
struct want {
  std::uint64_t start = 0;
  std::uint64_t length = 0;
  bool any = false;

  friend bool operator==(const want&, const want&) = default;
};

/// Takes a want back.
struct unwant {
  std::uint64_t start = 0;
  std::uint64_t length = 0;
  bool any = false;

  friend bool operator==(const unwant&, const unwant&) = default;
};

/// What the sender has from block `start` on: block start + k is bit k % 32,
/// least significant first, of word k / 32.
struct bitfield {
  std::uint64_t start = 0;
  std::vector<std::uint32_t> words;

  friend bool operator==(const bitfield&, const bitfield&) = default;
};

/// The sender has these blocks, or has them no longer.
struct range {
  bool drop = false;
  std::uint64_t start = 0;
  std::uint64_t length = 0;

  friend bool operator==(const range&, const range&) = default;
};

/// A message for whoever registered the name. An empty name means the one of
/// the extension message before.
struct extension {
  std::string name;
  base::bytes message;

  friend bool operator==(const extension&, const extension&) = default;
};

using message = std::variant<sync, base::proof_request, cancel, base::proof,
                             no_data, want, unwant, bitfield, range, extension>;

/// Types from here on are unknown; receivers ignore them.
inline constexpr std::uint64_t message_types = std::variant_size_v<message>;

/// The type under which the message travels.
std::uint64_t type_of(const message& what);

/// The payload of a message, without channel number and type.
base::bytes encode(const message& what);

/// Reads a payload. Requires type < message_types. Fails when the bytes end
/// too early, an array announces too much or a manifest is not understood;
/// bytes left over are ignored. A manifest inside data comes out in its
/// canonical form. Allocates by what is there, never by what is announced.
base::result<message> decode(std::uint64_t type, base::bytes_view payload);

} // namespace hyper::replication
