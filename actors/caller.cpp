#include "actors/caller.hpp"

#include "base/mutant.hpp"
#include "net/rpc/values.hpp"

namespace hyper::actors {

caller::caller(handle::pointer self) : self_(self) {}

// Nobody waits for ever.
caller::~caller() {
  for (auto& [id, one] : calls_)
    one.promise.deliver(
        server_reply{base::error{base::errc::closed, "shutting down"}, false});
}

caller::handle::behavior_type caller::make_behavior() {
  return {
      [this](const rpc_opened& server) { open(server); },
      [this](const rpc_returned& back) { finish(back); },
      [this](const peer_gone& what) { lose(what.peer); },
      [this](const tick& what) {
        timer_.take(what);
        expire();
      },
      [this](const call_server& what) { return take(what); },
      [this](const shut_down&) { self_->quit(); },
  };
}

caf::result<server_reply> caller::take(const call_server& what) {
  auto promise = self_->make_response_promise<server_reply>();
  if (calls_.size() >= waiting_calls_max)
    return promise.deliver(server_reply{
        base::error{base::errc::busy, "too many calls at once"}, false});
  auto deadline = now_of(self_) + what.timeout;
  auto id = ++last_call_;
  auto& one = calls_.emplace(id, call{what, deadline, promise}).first->second;
  timer_.arm(self_, deadline);
  if (peer_ != 0)
    send(id, one);
  return promise;
}

void caller::open(const rpc_opened& server) {
  auto again = peer_ != 0; // a new connection has replaced a silent one
  peer_ = server.peer;
  server_ = server.to;
  for (auto& [id, one] : calls_) {
    one.repeated = one.repeated || again;
    if (!base::mutant("not_sent_again"))
      send(id, one);
  }
}

void caller::send(std::uint64_t id, const call& one) {
  cause_scope scope{one.cause};
  self_->send(server_,
              rpc_call{id, one.what.method, rpc::encode_name(one.what.name)});
}

void caller::finish(const rpc_returned& back) {
  auto found =
      base::mutant("double_reply") ? calls_.begin() : calls_.find(back.call);
  if (found == calls_.end())
    return;
  // The connection broke under the call: it goes out again on the next one.
  if (!back.text && back.text.failure().code == base::errc::closed) {
    found->second.repeated = true;
    return;
  }
  auto one = std::move(found->second);
  calls_.erase(found);
  one.promise.deliver(server_reply{back.text, one.repeated});
}

void caller::lose(peer_id peer) {
  if (peer != peer_)
    return;
  peer_ = 0;
  server_ = nullptr;
  for (auto& [id, one] : calls_)
    one.repeated = true;
}

void caller::expire() {
  auto now = now_of(self_);
  for (auto at = calls_.begin(); at != calls_.end();) {
    if (at->second.deadline > now) {
      timer_.arm(self_, at->second.deadline);
      ++at;
      continue;
    }
    const auto* waited_for =
        peer_ == 0 ? "a connection to the server" : "the server's answer";
    at->second.promise.deliver(server_reply{
        base::error{base::errc::timed_out,
                    std::string{"No answer in time: waited for "} + waited_for},
        at->second.repeated});
    at = calls_.erase(at);
  }
}

} // namespace hyper::actors
