#pragma once

#include "actors/messages.hpp"
#include "actors/runtime/host.hpp"
#include "actors/runtime/timer.hpp"
#include "actors/stress/judge.hpp"

#include <functional>
#include <optional>

namespace hyper::actors::stress {

struct session_config {
  std::uint32_t number = 0;
  base::public_key key{}; ///< of the client
  index_handle index;
  caller_handle caller;
  base::duration timeout = base::seconds{10};
  base::instant first;     ///< when to begin
  base::duration interval; ///< between two wishes; 0: one after the other

  /// The wish that is due then; none: the run is over.
  std::function<std::optional<wish>(base::instant due)> next;
  std::function<void(answered)> tell;
};

using session_handle =
    caf::typed_actor<caf::reacts_to<tick>, caf::reacts_to<shut_down>>;

/// What does this client want next, and what was it told? One wish at a time,
/// at its pace; when it is late it goes on at once.
class session {
public:
  using handle = session_handle;
  static constexpr const char* name = "session";

  session(handle::pointer self, session_config how);
  ~session(); ///< what was not answered is told as `left`

  handle::behavior_type make_behavior();

private:
  void begin();
  void call(std::uint64_t length);
  void judge(std::uint64_t length, const server_reply& reply);
  void wait_until_visible(std::uint64_t from);
  void lookup();
  void list();
  void finish(end how);

  handle::pointer self_;
  session_config config_;
  std::optional<answered> now_;
  base::instant due_;
  timer timer_;
};

} // namespace hyper::actors::stress
