#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

// What a registry asks and answers over the RPC. Both methods take a user name
// and answer with a text; what the registry refuses is a text as well.
//
//   request value  = string name
//   response value = optional buffer, the text            never empty
//   text           = "OK" | "IDEMPOTENT" | "ERR:" reason | another text
//
// Examples: docs/rpc.md.

namespace hyper::rpc {

enum class registry_method { register_name, delete_name };

/// "register", "delete".
std::string_view to_text(registry_method method);
std::optional<registry_method> parse_method(std::string_view name);

base::bytes encode_name(std::string_view name);

/// The name as the original reads it: malformed UTF-8 is replaced. The error
/// is the cause for decode_error().
base::result<std::string> decode_name(base::bytes_view value);

/// What the registry says to a request.
struct verdict {
  enum class kind {
    done,       ///< "OK"
    idempotent, ///< "IDEMPOTENT": the caller has the name already
    refused,    ///< "ERR:"; `text` is the reason
    other,      ///< `text` is what was said
  };

  kind what = kind::done;
  std::string text;

  friend bool operator==(const verdict&, const verdict&) = default;
};

// The reasons of the original.
inline constexpr std::string_view already_taken = "Username already taken";
inline constexpr std::string_view name_not_found = "Username not found";
inline constexpr std::string_view not_the_owner =
    "Unauthorized: only the owner can delete this username";

/// Requires that an `other` text is not empty: the original cannot read it.
base::bytes encode_verdict(const verdict& what);

/// Fails on a value that is cut or empty.
base::result<verdict> decode_verdict(base::bytes_view value);

} // namespace hyper::rpc
