#pragma once

#include "actors/gateway/guard.hpp"
#include "actors/gateway/instruments.hpp"
#include "actors/gateway/replies.hpp"
#include "actors/runtime/host.hpp"

namespace hyper::actors::gateway {

struct session_config {
  index_handle index;
  feed_handle feed;
  base::public_key log{};
  access_rules who;
  instruments tools = {};
};

/// What does this request get? One HTTP connection; its requests come one
/// after the other. It asks the index and the feed,
/// and nothing else.
class session {
public:
  using handle = session_handle;
  static constexpr const char* name = "session";

  session(handle::pointer self, session_config how);
  ~session(); ///< whoever waits is told that nothing comes

  handle::behavior_type make_behavior();

private:
  using promise = caf::typed_response_promise<http_reply>;
  using told_promise = caf::typed_response_promise<changes_told>;

  caf::result<http_reply> answer(const http_request& what);
  caf::result<changes_told> tell(const next_changes& what);
  void give_up();

  /// Asks the index; what it says, or that it does not, answers the request.
  template <class Answer, class Question, class Reply>
  promise ask(Question what, Reply make_reply);

  promise start(const name_route& what);
  promise start(const names_route& what);
  promise start(const history_route& what);
  promise start(const key_route& what);
  promise start(const events_route& what);
  promise start(const status_route& what);
  promise start(const health_route& what);
  promise start(const ready_route& what);
  promise start(const metrics_route& what);
  promise start(const page_route& what);
  promise start(const no_route& what);

  handle::pointer self_;
  session_config config_;
  replies replies_;
  bool upgrade_ = false;     ///< of the request in hand
  bool subprotocol_ = false; ///< whether it offers ours
  promise asked_;            ///< its answer
  told_promise waiting_;     ///< the answer to whom waits for changes
};

} // namespace hyper::actors::gateway
