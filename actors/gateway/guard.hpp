#pragma once

#include "actors/gateway/messages.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hyper::actors::gateway {

/// Who may ask.
struct access_rules {
  /// Only requests that name this machine itself as their host: a page of
  /// another site that lets its own name point here is refused.
  bool loopback_only = true;

  /// Requests have to bear it (RFC 6750); empty: none is needed. A page can
  /// give a WebSocket no header, so there a subprotocol may bear it, as
  /// token_protocol and the token's bytes as hex.
  std::string token;
};

/// The subprotocol that is spoken (RFC 6455, section 1.9), and what one that
/// bears a token begins with.
inline constexpr std::string_view events_protocol = "hyper-registry";
inline constexpr std::string_view token_protocol = "bearer.";

/// The reply to a method that would change something.
http_reply read_only();

/// Why the request is not answered, or none: its method (405), its host or
/// origin (403), its token (401).
std::optional<http_reply> refuse(const http_request& what,
                                 const access_rules& who);

} // namespace hyper::actors::gateway
