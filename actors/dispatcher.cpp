#include "actors/dispatcher.hpp"

#include "base/mutant.hpp"
#include "net/rpc/values.hpp"

namespace hyper::actors {

namespace {

registry::action action_of(rpc::registry_method method) {
  return method == rpc::registry_method::register_name ? registry::action::put
                                                       : registry::action::del;
}

} // namespace

dispatcher::dispatcher(handle::pointer self, log_writer_handle writer,
                       index_handle index)
    : self_(self), writer_(std::move(writer)), index_(std::move(index)) {}

dispatcher::handle::behavior_type dispatcher::make_behavior() {
  return {
      [this](const rpc_request& in) { take(in); },
      [this](const rpc_delivered& what) { confirm(what); },
      [this](const peer_gone& what) { forget(what.peer); },
      [this](const tick& what) {
        if (timer_.take(what))
          gate_.handle_timeout(now_of(self_));
        drain();
      },
      [this](const shut_down&) { self_->quit(); },
  };
}

void dispatcher::take(const rpc_request& in) {
  auto method = rpc::parse_method(in.what.method);
  if (!method)
    return refuse(in, rpc::unknown_method(in.what.method));
  auto name = rpc::decode_name(in.what.value);
  if (!name)
    return refuse(in, rpc::decode_error(name.failure().message));
  auto& working = working_[in.peer];
  if (working >= calls_per_peer_max)
    return refuse(in, rpc::request_error({"too many calls at once", "", {}}));
  ++working;
  self_
      ->request(writer_, caf::infinite,
                change_name{{action_of(*method), *name, in.caller}})
      .then([this, in](const decided& outcome) { reply(in, outcome); },
            [this, in](const caf::error&) {
              reply(in, decided{base::error{base::errc::closed,
                                            "the server is shutting down"}});
            });
}

void dispatcher::reply(const rpc_request& to, const decided& outcome) {
  if (auto found = working_.find(to.peer); found != working_.end())
    --found->second;
  if (!outcome.outcome)
    return refuse(
        to, rpc::request_error({outcome.outcome.failure().message, "", {}}));
  const auto& answer = *outcome.outcome;
  self_->send(to.from,
              rpc_answer{to.what.call, registry::response_text(answer.made)});
  if (answer.made.what != registry::verdict::accepted)
    return;
  auto reply = static_cast<rpc::reply_id>(++last_reply_);
  gate_.committed(now_of(self_), answer.length, {&reply, 1});
  replies_[{to.peer, to.what.call}] = reply;
  if (!working_.contains(to.peer)) // gone before its answer came
    forget(to.peer);
  drain();
}

void dispatcher::refuse(const rpc_request& to, const rpc::remote_error& why) {
  self_->send(to.from, rpc_answer{to.what.call, why});
}

void dispatcher::confirm(const rpc_delivered& what) {
  auto found = replies_.find({what.peer, what.call});
  if (found == replies_.end())
    return;
  gate_.acknowledged(now_of(self_), found->second);
  replies_.erase(found);
  drain();
}

// Nobody waits for the answers of a peer that is gone.
void dispatcher::forget(peer_id peer) {
  working_.erase(peer);
  auto first = replies_.lower_bound({peer, rpc::call_id{}});
  auto last = replies_.lower_bound({peer + 1, rpc::call_id{}});
  for (auto at = first; at != last; ++at)
    gate_.abandoned(at->second);
  replies_.erase(first, last);
  drain();
}

void dispatcher::drain() {
  timer_.arm(self_, gate_.poll_timeout());
  while (auto event = gate_.poll_event())
    if (!base::mutant("announcement_forgotten") || event->length % 3 != 0)
      self_->send(index_, announce_length{event->length});
}

} // namespace hyper::actors
