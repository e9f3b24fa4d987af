#pragma once

#include "base/wipe.hpp"

#include <utility>

// HMAC (RFC 2104) and HKDF (RFC 5869) over BLAKE2b with 64 bytes of output and
// blocks of 128. Not the keyed mode of BLAKE2b.

namespace hyper::noise {

/// The MAC of `data` followed by `tail`.
base::secret<64> hmac(base::bytes_view key, base::bytes_view data,
                      base::bytes_view tail = {});

/// The first two outputs, without an info text.
std::pair<base::secret<64>, base::secret<64>>
hkdf(base::bytes_view chaining_key, base::bytes_view input);

} // namespace hyper::noise
