#pragma once

#include "base/hash.hpp"
#include "base/result.hpp"
#include "base/secretstream.hpp"
#include "net/noise/handshake.hpp"

// The first frame of each direction after the handshake:
//   header = stream id (32) || secretstream header (24)

namespace hyper::secret_stream {

inline constexpr std::size_t header_size = 32 + base::secretstream::header_size;

/// Names the direction that starts at a side with this role. Everybody who saw
/// the handshake can compute it: it proves nothing.
base::hash32 stream_id(const base::hash64& handshake_hash, noise::role of);

/// Our header for the session.
base::bytes encode_header(const noise::session& of,
                          const base::secretstream::header& chosen);

/// The remote's header. Fails if it has another length or names another
/// stream, ours for example.
base::result<base::secretstream::header> decode_header(const noise::session& of,
                                                       base::bytes_view frame);

} // namespace hyper::secret_stream
