#pragma once

#include "actors/messages.hpp"
#include "actors/runtime/cause.hpp"
#include "actors/runtime/host.hpp"
#include "actors/runtime/timer.hpp"

#include <map>

namespace hyper::actors {

/// Calls of one client that wait for the server; more fail at once.
inline constexpr std::size_t waiting_calls_max = 1024;

/// The client's side of the calls in flight. A call waits for the connection,
/// and goes out again on the next one if that breaks: no method does harm when
/// it is repeated. Whoever asked is told, since the answer is the repetition's.
class caller {
public:
  using handle = caller_handle;
  static constexpr const char* name = "caller";

  explicit caller(handle::pointer self);
  ~caller();

  handle::behavior_type make_behavior();

private:
  struct call {
    call_server what;
    base::instant deadline;
    caf::typed_response_promise<server_reply> promise;
    bool repeated = false; ///< was under way when a connection broke
    message_number cause = message_in_hand; ///< the question
  };

  caf::result<server_reply> take(const call_server& what);
  void open(const rpc_opened& server);
  void send(std::uint64_t id, const call& one);
  void finish(const rpc_returned& back);
  void lose(peer_id peer);
  void expire();

  handle::pointer self_;
  std::map<std::uint64_t, call> calls_;
  std::uint64_t last_call_ = 0;
  peer_id peer_ = 0; ///< 0: not connected
  peer_handle server_;
  timer timer_;
};

} // namespace hyper::actors
