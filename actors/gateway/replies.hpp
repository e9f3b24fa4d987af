#pragma once

#include "actors/gateway/messages.hpp"
#include "actors/gateway/route.hpp"
#include "actors/metrics/meter.hpp"

namespace hyper::actors::gateway {

// Answers of the index as HTTP replies. Each body is one JSON object with the
// length of the copy, its age in milliseconds and the log's key; its ETag is
// the length.

/// An error: {"error": code, "message": sentence}.
http_reply problem(unsigned status, const std::string& code,
                   const std::string& message);

/// Which actors there are: [{"kind", "count", "depth"}, ...].
std::string kinds_json(const std::vector<metrics::kind_count>& what);

/// Turns answers into replies for one log.
class replies {
public:
  explicit replies(const base::public_key& log) : log_(log) {}

  http_reply name(const name_route& asked, const name_found& what) const;

  /// `what` was asked for one entry more than the route's limit.
  http_reply names(const names_route& asked, const names_listed& what) const;
  http_reply history(const history_route& asked,
                     const history_told& what) const;
  http_reply key(const key_route& asked, const names_listed& what) const;
  http_reply status(const index_status& what) const;

  /// {"length", "action", "name", "key"}: one message of the events.
  static std::string event(const registry::event& what);

private:
  base::public_key log_;
};

/// Whether the client's copy of a reply with this ETag is still good (RFC
/// 9110, section 13.1.2). A list that is malformed ends there.
bool matches(std::string_view if_none_match, std::string_view etag);

} // namespace hyper::actors::gateway
