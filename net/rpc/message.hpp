#pragma once

#include "base/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// The two messages of the RPC, each the payload of one message of a channel.
//
//   request  (type 0) = uint id || string method || value to the end
//   response (type 1) = bitfield flags || uint id || value to the end
//                     | bitfield flags || uint id || error
//   error = string message || [string code] || [string cause, string cause
//           code || [string context]]
//
// flags: 1 error, 2 with code, 4 with cause, 8 the cause has a context. Id 0
// is an event, which is not answered. Examples: docs/rpc.md.

namespace hyper::rpc {

inline constexpr std::string_view protocol_name = "protomux-rpc";

enum class message_type : std::uint64_t { request = 0, response = 1 };

struct request_message {
  std::uint64_t id = 0; ///< 0: an event
  std::string method;
  base::bytes_view value;
};

/// What a handler failed with.
struct error_cause {
  std::string message;
  std::string code; ///< empty: none
  std::optional<std::string> context;

  friend bool operator==(const error_cause&, const error_cause&) = default;
};

/// Why the other side could not answer. What the application refuses is no
/// such error but a value.
struct remote_error {
  std::string message;
  std::optional<std::string> code;
  std::optional<error_cause> cause;

  friend bool operator==(const remote_error&, const remote_error&) = default;
};

struct response_message {
  std::uint64_t id = 0;
  std::variant<base::bytes_view, remote_error> outcome;
};

base::bytes encode(const request_message& message);
base::bytes encode(const response_message& message);

/// Views are parts of the payload.
base::result<request_message> decode_request(base::bytes_view payload);
base::result<response_message> decode_response(base::bytes_view payload);

// The errors that travel, with the texts of the original.
remote_error unknown_method(std::string_view name);
remote_error decode_error(std::string_view cause);
remote_error request_error(error_cause cause);
remote_error encode_error(std::string_view cause);

} // namespace hyper::rpc
