#pragma once

#include "actors/messages.hpp"

#include <string>

// What the gateway's actors say to each other, as HTTP has it.

namespace hyper::actors::gateway {

/// A request as it came, as far as the gateway looks at it. Absent headers are
/// empty.
struct http_request {
  std::string method;
  std::string target; ///< path and query, still encoded
  std::string host;
  std::string origin;
  std::string authorization;
  std::string if_none_match;
};

struct http_reply {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body;
  std::string etag;  ///< empty: none
  std::string allow; ///< of a 405
};

using session_handle =
    caf::typed_actor<caf::replies_to<http_request>::with<http_reply>,
                     caf::reacts_to<shut_down>>;

using gateway_handle = caf::typed_actor<caf::reacts_to<shut_down>>;

} // namespace hyper::actors::gateway

HYPER_MESSAGE(hyper::actors::gateway::http_request)
HYPER_MESSAGE(hyper::actors::gateway::http_reply)
