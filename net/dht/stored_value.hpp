#pragma once

#include "base/codec.hpp"
#include "base/hash.hpp"
#include "base/keys.hpp"

// Values of the MUTABLE and IMMUTABLE commands. Grammar: docs/hyperdht.md.

namespace hyper::dht {

/// Value of a MUTABLE_GET response: what is stored under a key.
///   uint seq, uint length, value, 64 bytes signature
struct mutable_value {
  std::uint64_t seq = 0;
  base::bytes value;
  base::signature signature{};

  friend bool operator==(const mutable_value&, const mutable_value&) = default;
};

/// Value of a MUTABLE_PUT request.
///   32 bytes public key, then a mutable_value
struct mutable_put {
  base::public_key key{};
  mutable_value content;

  friend bool operator==(const mutable_put&, const mutable_put&) = default;
};

base::bytes encode(const mutable_value& value);
base::result<mutable_value> decode_mutable_value(base::bytes_view raw);

base::bytes encode(const mutable_put& put);
base::result<mutable_put> decode_mutable_put(base::bytes_view raw);

/// Value of a MUTABLE_GET request: uint lowest seq that is of interest.
base::bytes encode_mutable_get(std::uint64_t seq);
base::result<std::uint64_t> decode_mutable_get(base::bytes_view raw);

/// Namespace, then the hash of seq and value as they are encoded.
base::fixed_bytes<64> mutable_signable(std::uint64_t seq,
                                       base::bytes_view value);

mutable_put sign_mutable(const base::key_pair& with, std::uint64_t seq,
                         base::bytes_view value);

/// Whether `by` has signed this value. An empty value never is.
bool is_signed(const base::public_key& by, const mutable_value& value);

} // namespace hyper::dht
