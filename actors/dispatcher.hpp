#pragma once

#include "actors/messages.hpp"
#include "actors/runtime/host.hpp"
#include "actors/runtime/timer.hpp"
#include "net/rpc/reply_gate.hpp"

#include <map>
#include <set>

namespace hyper::actors {

/// Calls of one connection that are being worked on; more are refused. The
/// original's clients wait for each answer before they call again.
inline constexpr std::size_t calls_per_peer_max = 256;

/// Who asks for what, and what do we answer? Owns the calls in flight and the
/// gate that lets a new length out only after its answers.
class dispatcher {
public:
  using handle = dispatcher_handle;
  static constexpr const char* name = "dispatcher";

  dispatcher(handle::pointer self, log_writer_handle writer,
             index_handle index);

  handle::behavior_type make_behavior();

private:
  using call_key = std::pair<peer_id, rpc::call_id>;

  void take(const rpc_request& in);
  void reply(const rpc_request& to, const decided& outcome);
  void refuse(const rpc_request& to, const rpc::remote_error& why);
  void confirm(const rpc_delivered& what);
  void forget(peer_id peer);
  void drain();

  handle::pointer self_;
  log_writer_handle writer_;
  index_handle index_;
  rpc::reply_gate gate_;
  std::map<peer_id, std::size_t> working_;
  std::map<call_key, rpc::reply_id> replies_;
  std::uint64_t last_reply_ = 0;
  timer timer_;
};

} // namespace hyper::actors
