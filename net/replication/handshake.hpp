#pragma once

#include "base/hash.hpp"
#include "base/keys.hpp"
#include "base/result.hpp"

// What travels with the open of a replication channel.
//
//   handshake    uint flags (1: seeks are understood), fixed32 capability
//   capability   keyed BLAKE2b, key: the handshake hash of the stream,
//                over the constant of the sender's role || log key

namespace hyper::replication {

/// The protocol name of a channel, and the one that old peers open with.
inline constexpr std::string_view protocol = "hypercore/alpha";
inline constexpr std::string_view protocol_alias = "hypercore";

/// Who opened the stream; nothing to do with who opens the channel.
enum class stream_role { initiator, responder };

/// Proves to the other end of this one stream that the sender, in this role,
/// knows the log key and not only the discovery key.
base::hash32 capability(stream_role sender, const base::hash64& handshake_hash,
                        const base::public_key& log_key);

struct handshake {
  bool seeks = true;
  base::hash32 capability{};

  friend bool operator==(const handshake&, const handshake&) = default;
};

base::bytes encode(const handshake& what);

/// Fails when the bytes end too early; ignores what is left over.
base::result<handshake> decode_handshake(base::bytes_view raw);

} // namespace hyper::replication
