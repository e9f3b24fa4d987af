#pragma once

#include "base/bytes.hpp"
#include "base/codec.hpp"
#include "net/dht/node_id.hpp"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

// The datagrams of the DHT. Grammar and worked examples: docs/dht.md.
//
//   request   03 flags tid[2] to[6] id[32]? token[32]? uint command
//             target[32]? buffer value?
//   response  13 flags tid[2] to[6] id[32]? token[32]? list of address closer?
//             uint error? buffer value?

namespace hyper::dht {

/// Largest datagram that is read: the original reads into a buffer of 2048.
inline constexpr std::size_t datagram_size_max = 2048;

/// Proof that its bearer receives datagrams at its address.
using write_token = base::hash32;

/// What a request asks for. Internal numbers belong to this layer, the others
/// to the layer above; the two ranges overlap.
struct command_code {
  bool internal = false;
  std::uint64_t number = 0;

  friend bool operator==(const command_code&, const command_code&) = default;
};

namespace internal {

inline constexpr command_code ping{true, 0};
inline constexpr command_code ping_nat{true, 1};
inline constexpr command_code find_node{true, 2};
inline constexpr command_code down_hint{true, 3};
inline constexpr command_code delayed_ping{true, 4};

} // namespace internal

inline constexpr std::uint64_t error_unknown_command = 1;
inline constexpr std::uint64_t error_invalid_token = 2;

/// `to` is the address the datagram is sent to, as the sender sees it. An
/// empty value and no value are the same.
struct request {
  std::uint16_t tid = 0;
  base::endpoint to;
  std::optional<node_id> id;
  std::optional<write_token> token;
  command_code command;
  std::optional<node_id> target;
  base::bytes value;

  friend bool operator==(const request&, const request&) = default;
};

/// `to` is the address of the requester as the responder sees it: this is how
/// a node learns its public address.
struct response {
  std::uint16_t tid = 0;
  base::endpoint to;
  std::optional<node_id> id;
  std::optional<write_token> token;
  std::vector<base::endpoint> closer;
  std::uint64_t error = 0; ///< 0: none
  base::bytes value;

  friend bool operator==(const response&, const response&) = default;
};

using message = std::variant<request, response>;

base::bytes encode(const request& what);
base::bytes encode(const response& what);

/// Reads a datagram. Unknown flags and bytes after the last field are ignored,
/// as the original does. Fails with errc::malformed for another first byte and
/// for any field that runs past the end. The id is as the sender wrote it;
/// whether it is the sender's is for the caller to check.
base::result<message> decode(base::bytes_view datagram);

} // namespace hyper::dht
