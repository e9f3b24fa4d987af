#pragma once

#include "actors/messages.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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
  bool upgrade = false;                    ///< asks to go on as a WebSocket
  std::vector<std::string> protocols = {}; ///< that it offers for that
};

struct http_reply {
  unsigned status = 200;
  std::string type = "application/json";
  std::string body;
  std::string etag;   ///< empty: none
  std::string policy; ///< for browsers; empty: they show nothing of it
  std::string allow;  ///< of a 405

  /// With status 101: the changes behind this length follow.
  std::uint64_t follow_from = 0;
  bool trace = false;   ///< and the messages of the actors with them
  std::string protocol; ///< of the WebSocket; empty: none
};

/// Which changes are behind this length? Answered when there are some, or
/// after a while with none.
struct next_changes {
  std::uint64_t behind = 0;
};
/// Whoever asked for changes last wants none any more.
struct no_more_changes {};

/// A text that many are told.
using shared_line = std::shared_ptr<const std::string>;

struct changes_told {
  std::vector<shared_line> lines; ///< each a change as JSON
  std::uint64_t length = 0;       ///< behind which to ask on
};

using feed_handle =
    caf::typed_actor<caf::replies_to<next_changes>::with<changes_told>,
                     caf::reacts_to<no_more_changes>, caf::reacts_to<tick>,
                     caf::reacts_to<shut_down>>;

using session_handle =
    caf::typed_actor<caf::replies_to<http_request>::with<http_reply>,
                     caf::replies_to<next_changes>::with<changes_told>,
                     caf::reacts_to<shut_down>>;

using gateway_handle = caf::typed_actor<caf::reacts_to<shut_down>>;

} // namespace hyper::actors::gateway

HYPER_MESSAGE(hyper::actors::gateway::http_request)
HYPER_MESSAGE(hyper::actors::gateway::http_reply)
HYPER_MESSAGE(hyper::actors::gateway::next_changes)
HYPER_MESSAGE(hyper::actors::gateway::no_more_changes)
HYPER_MESSAGE(hyper::actors::gateway::changes_told)
