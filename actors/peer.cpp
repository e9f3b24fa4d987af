#include "actors/peer.hpp"

#include "actors/world/datagram_batch.hpp"
#include "base/mutant.hpp"

namespace hyper::actors {

namespace {

// Batches that may come before the index has said what our log is: it does so
// in the next turn.
constexpr std::size_t waiting_max = 64;

// A client looks more often whether its server is there than the original's 5
// seconds: with the silence after it, a restart is noticed within four.
constexpr base::duration caller_keep_alive = base::seconds{2};

replication::head to_wire(const head_announced& log) {
  return {log.head.fork, log.head.length(), log.manifest};
}

replication::block_range stored_blocks(const head_announced& log) {
  return {0, log.contiguous};
}

// A name for the connection that both sides know, and that tells nothing. Its
// n-th call is n more; the sum is a whole number also for a reader in
// JavaScript.
std::uint64_t tag_of(const base::hash64& handshake) {
  constexpr base::fixed_bytes<5> label = {'t', 'r', 'a', 'c', 'e'};
  auto hash = base::blake2b({label, handshake});
  std::uint64_t tag = 0;
  for (std::size_t i = 0; i < 6; ++i)
    tag = tag << 8U | hash[i];
  return tag;
}

// The text of an answer, or why there is none.
base::result<std::string> text_of(const rpc::answered& back) {
  if (const auto* none = std::get_if<rpc::unanswered>(&back.outcome))
    return none->reason;
  if (const auto* failed = std::get_if<rpc::remote_error>(&back.outcome))
    return base::error{base::errc::refused, failed->message};
  base::reader in{std::get<base::bytes>(back.outcome)};
  return in.finish(in.string());
}

} // namespace

peer::peer(handle::pointer self, peer_id id, dht::link way,
           std::shared_ptr<network> net, peer_purpose what,
           peer_context context, swarm_handle swarm)
    : self_(self), id_(id), way_(std::move(way)), net_(std::move(net)),
      what_(what), context_(std::move(context)), swarm_(std::move(swarm)),
      connection_tag_(tag_of(way_.session.handshake_hash)) {}

peer::handle::behavior_type peer::make_behavior() {
  self_->send(context_.index, subscribe{id_, self_});
  return {
      [this](const arrived& what) {
        if (connection_)
          receive(*what.batch);
        else if (waiting_.size() < waiting_max)
          waiting_.push_back(what);
      },
      [this](const tick& what) {
        if (timer_.take(what) && connection_)
          connection_->handle_timeout(now_of(self_));
        drain();
      },
      [this](const rpc_call& what) { call(what); },
      [this](const rpc_answer& what) { answer(what); },
      [this](const head_announced& log) {
        if (connection_)
          learn(log);
        else
          begin(log);
      },
      [this](const proofs_made& what) { give(what); },
      [this](const fetch& what) { ask(what); },
      [this](const hang_up& what) { hang_up_because(what.why); },
  };
}

hyper::peer::connection_config
peer::configure(const head_announced& log) const {
  hyper::peer::connection_config out;
  out.link = {way_.session, net_->carries(), way_.local_stream,
              way_.remote_stream, way_.remote};
  if (what_.make_calls)
    out.link.keep_alive = caller_keep_alive;
  if (what_.serve_calls || what_.make_calls)
    out.rpc = hyper::peer::rpc_config{what_.rpc_id};
  replication::block_set blocks;
  blocks.insert(stored_blocks(log));
  out.replication = hyper::peer::replication_config{
      context_.log_key,       context_.discovery_key, true,
      what_.open_replication, to_wire(log),           std::move(blocks)};
  return out;
}

void peer::begin(const head_announced& log) {
  auto now = now_of(self_);
  connection_ = std::make_unique<hyper::peer::connection>(
      configure(log), *context_.chance, now);
  for (const auto& packet : way_.early)
    connection_->handle_packet(now, way_.remote, packet);
  way_.early.clear();
  for (const auto& batch : std::exchange(waiting_, {}))
    receive(*batch.batch);
  drain();
}

void peer::receive(const datagram_batch& batch) {
  auto now = now_of(self_);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto in = batch.at(i);
    connection_->handle_packet(now, in.from, in.data);
  }
  drain();
}

void peer::learn(const head_announced& log) {
  connection_->announce(now_of(self_), to_wire(log), stored_blocks(log));
  drain();
}

void peer::call(const rpc_call& what) {
  if (!connection_)
    return;
  auto id = connection_->call(now_of(self_), what.method, what.value);
  if (id) {
    calls_[*id] = what.call;
    trace_note("rpc", connection_tag_ + static_cast<std::uint64_t>(*id));
  } else {
    self_->send(context_.caller, rpc_returned{what.call, id.failure()});
  }
  drain();
}

void peer::answer(const rpc_answer& what) {
  if (!connection_)
    return;
  auto now = now_of(self_);
  if (const auto* text = std::get_if<std::string>(&what.outcome)) {
    base::writer value;
    value.string(*text);
    connection_->answer(now, what.call, value.data());
  } else {
    connection_->refuse(now, what.call,
                        std::get<rpc::remote_error>(what.outcome));
  }
  drain();
}

void peer::give(const proofs_made& what) {
  auto now = now_of(self_);
  auto* channel = connection_ ? connection_->replication() : nullptr;
  if (channel == nullptr)
    return;
  for (auto& made : *what.proofs) {
    if (auto* proof = std::get_if<base::proof>(&made.outcome)) {
      channel->answer(now, std::move(*proof));
      continue;
    }
    auto why = std::get<log::refusal>(made.outcome);
    if (why == log::refusal::no_such_node)
      return hang_up_because("asked for a node that cannot exist");
    if (!channel->refuse(now, made.request, log::reason_of(why)))
      return hang_up_because("asked too often for what no log has");
  }
  connection_->flush(now);
  drain();
}

void peer::ask(const fetch& what) {
  auto* channel = connection_ ? connection_->replication() : nullptr;
  if (channel == nullptr)
    return;
  for (const auto& one : what.orders)
    ask(*channel, one);
  connection_->flush(now_of(self_));
  drain();
}

void peer::ask(replication::channel& channel, const replication::order& one) {
  auto now = now_of(self_);
  if (const auto* request = std::get_if<base::proof_request>(&one.what))
    channel.request(now, *request);
  else if (const auto* back = std::get_if<replication::cancel>(&one.what))
    channel.cancel(now, back->request);
  else if (const auto* more = std::get_if<replication::want>(&one.what))
    channel.tell(now, *more);
}

void peer::hang_up_because(std::string why) {
  if (!connection_)
    return finish(why);
  connection_->destroy(now_of(self_), std::move(why));
  drain();
}

void peer::drain() {
  if (!connection_)
    return;
  flush();
  timer_.arm(self_, connection_->poll_timeout());
  while (auto event = connection_->poll_event())
    deliver(*event);
  pass_on();
}

// All packets of one turn leave in one call.
void peer::flush() {
  std::vector<outgoing> batch;
  while (auto out = connection_->poll_transmit())
    batch.push_back({out->to, out->datagram});
  if (batch.empty())
    return;
  note_sent(batch);
  net_->send(way_.via, batch);
}

void peer::deliver(hyper::peer::event& event) {
  using namespace hyper::peer;
  if (std::holds_alternative<proven>(event))
    self_->send(swarm_, peer_proven{id_});
  else if (std::holds_alternative<silent>(event))
    self_->send(swarm_, peer_silent{id_});
  else if (auto* end = std::get_if<closed>(&event))
    finish(end->why);
  else if (auto* in = std::get_if<rpc::called>(&event))
    self_->send(context_.dispatcher,
                rpc_request{id_, self_, way_.session.remote, std::move(*in),
                            connection_tag_});
  else if (auto* done = std::get_if<answer_delivered>(&event))
    self_->send(context_.dispatcher, rpc_delivered{id_, done->call});
  else if (auto* back = std::get_if<rpc::answered>(&event))
    deliver_answer(*back);
  else if (std::holds_alternative<hyper::peer::rpc_opened>(event))
    deliver_opened();
  else if (std::holds_alternative<rpc_closed>(event))
    hang_up_because("the server has closed the call channel");
  else if (std::holds_alternative<hyper::peer::replication_opened>(event))
    self_->send(context_.replica, actors::replication_opened{id_, self_});
  else if (auto* news = std::get_if<replication::event>(&event))
    deliver_replication(*news);
}

void peer::deliver_opened() {
  if (what_.make_calls)
    self_->send(context_.caller, actors::rpc_opened{id_, self_});
}

void peer::deliver_answer(rpc::answered& back) {
  auto found = calls_.find(back.request);
  if (found == calls_.end())
    return;
  auto call = found->second;
  calls_.erase(found);
  self_->send(context_.caller, rpc_returned{call, text_of(back)});
  if (base::mutant("double_reply"))
    self_->delayed_send(context_.caller, base::milliseconds{5},
                        rpc_returned{call, text_of(back)});
}

// Requests for our blocks go to the index, everything else to the replica; in
// batches, since one frame may hold hundreds.
void peer::deliver_replication(replication::event& event) {
  if (auto* request = std::get_if<replication::wanted>(&event))
    return wanted_.push_back(request->request);
  if (std::holds_alternative<replication::idle>(event) || !context_.replica)
    return;
  if (!news_)
    news_ = std::make_shared<std::vector<replication::event>>();
  news_->push_back(std::move(event));
}

void peer::pass_on() {
  if (!wanted_.empty())
    self_->send(context_.index,
                proofs_wanted{self_, std::exchange(wanted_, {})});
  if (news_)
    self_->send(context_.replica, replication_news{id_, std::move(news_)});
  news_ = nullptr;
}

void peer::finish(const std::string&) {
  auto grave = connection_ ? connection_->link().epitaph() : std::nullopt;
  net_->release(way_.local_stream, grave);
  self_->quit();
}

} // namespace hyper::actors
