#include "actors/gateway/guard.hpp"

#include "actors/gateway/replies.hpp"
#include "base/authority.hpp"
#include "base/endpoint.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace hyper::actors::gateway {

namespace {

bool is_this_machine(std::string_view authority) {
  auto parts = base::split_authority(authority);
  if (!parts)
    return false;
  auto host = base::lower(parts->host);
  if (host == "localhost" || host == "[::1]")
    return true;
  auto address = base::parse_host(host);
  return address && base::is_loopback(*address);
}

// A browser sends the origin of the page that asks; scripts send none. With
// https a proxy in front of this host has ended the encryption.
bool is_same_origin(const http_request& what) {
  auto origin = base::lower(what.origin);
  auto host = base::lower(what.host);
  return origin.empty() || origin == "http://" + host ||
         origin == "https://" + host;
}

// Hashes are compared, so that the time tells nothing about the token.
bool is_same(base::bytes_view given, const std::string& token) {
  return base::blake2b(given) == base::blake2b(base::as_bytes(token));
}

bool bears(const http_request& what, const std::string& token) {
  constexpr std::string_view scheme = "bearer ";
  std::string_view given = what.authorization;
  if (base::lower(given.substr(0, scheme.size())) == scheme) {
    given.remove_prefix(
        std::min(given.find_first_not_of(' ', scheme.size()), given.size()));
    return is_same(base::as_bytes(given), token);
  }
  if (!what.upgrade)
    return false;
  return std::ranges::any_of(what.protocols, [&](std::string_view one) {
    if (!one.starts_with(token_protocol))
      return false;
    auto bytes = base::from_hex(one.substr(token_protocol.size()));
    return bytes && is_same(*bytes, token);
  });
}

} // namespace

http_reply read_only() {
  auto out = problem(405, "read_only", "only GET and HEAD are answered");
  out.allow = "GET, HEAD";
  return out;
}

std::optional<http_reply> refuse(const http_request& what,
                                 const access_rules& who) {
  if (who.loopback_only && !is_this_machine(what.host))
    return problem(403, "wrong_host",
                   "this address answers only under its own name, such as "
                   "localhost");
  if (!is_same_origin(what))
    return problem(403, "wrong_origin", "pages of other sites may not ask");
  if (!who.token.empty() && !bears(what, who.token))
    return problem(401, "unauthorized",
                   "the header 'Authorization: Bearer TOKEN' is missing or "
                   "wrong");
  if (what.method != "GET" && what.method != "HEAD")
    return read_only();
  return std::nullopt;
}

} // namespace hyper::actors::gateway
