#include "net/replication/channel.hpp"

#include "base/assert.hpp"
#include "base/flat_tree.hpp"
#include "net/replication/limits.hpp"

#include <algorithm>
#include <utility>

namespace hyper::replication {

namespace {

namespace flat_tree = base::flat_tree;

stream_role other(stream_role role) {
  return role == stream_role::initiator ? stream_role::responder
                                        : stream_role::initiator;
}

// One past the last block that the proof says anything about.
std::uint64_t reach(const base::proof& proof) {
  if (!proof.upgrade)
    return 0;
  auto end = proof.upgrade->start + proof.upgrade->length;
  for (const auto& node : proof.upgrade->additional_nodes)
    end = std::max(end, flat_tree::last_leaf(node.index) / 2 + 1);
  return end;
}

// The check for a forked history is always an upgrade from nothing.
bool is_conflict_proof(const base::proof& proof) {
  return proof.request == 0 && proof.upgrade && proof.upgrade->start == 0;
}

base::proof_request conflict_check_of(const base::proof& proof) {
  base::proof_request asked;
  asked.fork = proof.fork;
  asked.upgrade = base::upgrade_target{0, proof.upgrade->length};
  return asked;
}

bool is_request(const message& what, std::uint64_t id) {
  const auto* request = std::get_if<base::proof_request>(&what);
  return request != nullptr && request->id == id;
}

} // namespace

channel::channel(const channel_config& config, head ours, block_set blocks)
    : config_(config), announcer_(ours, std::move(blocks), config.downloading) {
}

base::bytes channel::handshake() const {
  return encode(replication::handshake{
      true, capability(config_.role, config_.handshake_hash, config_.log_key)});
}

base::status channel::fail(base::errc code, const char* why) {
  state_ = state::closed;
  forget_everything();
  return base::error{code, std::string{"replication: "} + why};
}

void channel::forget_everything() {
  uploads_.clear();
  questions_.clear();
  small_.clear();
  answers_.clear();
  answer_bytes_ = 0;
  held_.clear();
  events_.clear();
}

// -- what arrives ------------------------------------------------------------

base::status channel::handle_open(base::instant now, base::bytes_view raw) {
  HYPER_ASSERT(state_ == state::opening);
  now_ = now;
  auto theirs = decode_handshake(raw);
  if (!theirs)
    return fail(base::errc::malformed, "open too short");
  auto expected =
      capability(other(config_.role), config_.handshake_hash, config_.log_key);
  if (theirs->capability != expected)
    return fail(base::errc::unauthorized, "wrong capability");
  state_ = state::open;
  announcer_.open();
  return base::unit{};
}

base::status channel::handle_message(base::instant now, std::uint64_t type,
                                     base::bytes_view payload) {
  now_ = now;
  ++counters_.messages_in;
  if (state_ != state::open) {
    ++counters_.out_of_place;
    return base::unit{};
  }
  if (type >= message_types) {
    ++counters_.unknown_types;
    return base::unit{};
  }
  auto what = decode(type, payload);
  if (!what)
    return fail(base::errc::malformed, "message too short or impossible");
  return dispatch(now, std::move(*what));
}

base::status channel::dispatch(base::instant now, message&& what) {
  return std::visit(
      [&]<class Message>(Message&& one) {
        return handle(now, std::forward<Message>(one));
      },
      std::move(what));
}

base::status channel::handle(base::instant, sync&& what) {
  announcer_.handle(what);
  events_.emplace_back(what);
  check_idle();
  return base::unit{};
}

base::status channel::handle(base::instant now, base::proof_request&& what) {
  auto id = what.id;
  auto prospect = judge(what, announcer_.ours(), announcer_.blocks());
  if (prospect == prospect::impossible)
    return fail(base::errc::refused, "request for a node that does not exist");
  held_.erase(id);
  if (!uploads_.add(std::move(what)))
    return fail(base::errc::limit, "too many requests waiting");
  if (prospect == prospect::not_available)
    return refuse(now, id, base::no_data_reason::not_available);
  if (prospect == prospect::invalid)
    return refuse(now, id, base::no_data_reason::invalid_request);
  return base::unit{};
}

base::status channel::handle(base::instant, replication::cancel&& what) {
  held_.erase(what.request);
  uploads_.cancel(what.request);
  return base::unit{};
}

base::status channel::handle(base::instant, base::proof&& what) {
  auto asked = questions_.take(what.request);
  if (!asked && take_unasked(what))
    asked = conflict_check_of(what);
  if (asked)
    take_answer(std::move(*asked), std::move(what));
  else
    ++counters_.unasked_data;
  return base::unit{};
}

void channel::take_answer(base::proof_request asked, base::proof&& proof) {
  if (!is_answer(asked, proof)) {
    ++counters_.mismatched_data;
    return deny(std::move(asked), base::no_data_reason::none);
  }
  if (proof.block)
    ++counters_.blocks_received;
  events_.emplace_back(received{std::move(proof), std::move(asked)});
}

// Whoever has found two signed histories sends its own to everybody.
bool channel::take_unasked(const base::proof& proof) {
  if (!is_conflict_proof(proof) || proof.fork != announcer_.ours().fork ||
      unasked_proofs_ >= unasked_proofs_max)
    return false;
  ++unasked_proofs_;
  return true;
}

base::status channel::handle(base::instant, no_data&& what) {
  if (auto asked = questions_.take(what.request))
    deny(std::move(*asked), what.reason);
  else
    ++counters_.unasked_data;
  return base::unit{};
}

base::status channel::handle(base::instant, want&& what) {
  announcer_.handle(what);
  return base::unit{};
}

base::status channel::handle(base::instant, unwant&& what) {
  announcer_.handle(what);
  return base::unit{};
}

base::status channel::handle(base::instant, bitfield&& what) {
  announcer_.handle(what);
  events_.emplace_back(std::move(what));
  return base::unit{};
}

base::status channel::handle(base::instant, range&& what) {
  announcer_.handle(what);
  events_.emplace_back(what);
  return base::unit{};
}

base::status channel::handle(base::instant, extension&&) {
  ++counters_.extensions;
  return base::unit{};
}

void channel::handle_close(base::instant now) {
  now_ = now;
  state_ = state::closed;
  forget_everything();
}

void channel::handle_timeout(base::instant now) {
  now_ = now;
}

void channel::deny(base::proof_request asked, base::no_data_reason reason) {
  events_.emplace_back(denied{std::move(asked), reason});
}

void channel::check_idle() {
  const auto& remote = announcer_.remote();
  if (state_ == state::open && remote && !remote->downloading &&
      !announcer_.downloading())
    events_.emplace_back(idle{});
}

// -- what we want ------------------------------------------------------------

void channel::announce(base::instant now, head ours, block_range blocks) {
  now_ = now;
  announcer_.announce(ours, blocks);
  release_held();
}

void channel::announce(base::instant now, block_range blocks) {
  announce(now, announcer_.ours(), blocks);
}

void channel::withdraw(base::instant now, block_range blocks) {
  now_ = now;
  announcer_.withdraw(blocks);
}

void channel::set_downloading(base::instant now, bool downloading) {
  now_ = now;
  announcer_.set_downloading(downloading);
  check_idle();
}

void channel::answer(base::instant now, base::proof proof) {
  now_ = now;
  if (!uploads_.in_work(proof.request)) {
    ++counters_.stale_answers;
    return;
  }
  // The log may be longer by now than anybody may know.
  if (reach(proof) > announcer_.ours().length)
    held_.insert_or_assign(proof.request, std::move(proof));
  else
    send_answer(proof);
  check_invariant();
}

void channel::release_held() {
  for (auto one = held_.begin(); one != held_.end();) {
    if (reach(one->second) > announcer_.ours().length) {
      ++one;
      continue;
    }
    send_answer(one->second);
    one = held_.erase(one);
  }
}

void channel::send_answer(const base::proof& proof) {
  HYPER_ASSERT(reach(proof) <= announcer_.ours().length);
  if (!uploads_.finish(proof)) {
    ++counters_.stale_answers;
    return;
  }
  if (proof.block)
    ++counters_.blocks_sent;
  transmit one{type_of(message{base::proof{}}), encode(message{proof})};
  answer_bytes_ += one.payload.size();
  answers_.push_back(std::move(one));
  check_invariant();
}

void channel::check_invariant() const {
  HYPER_ASSERT(answers_.empty() == (answer_bytes_ == 0));
  HYPER_ASSERT(held_.size() <= requests_in_work_max);
  HYPER_ASSERT(small_.size() <= outgoing_max);
  HYPER_ASSERT(unasked_proofs_ <= unasked_proofs_max);
  HYPER_ASSERT(state_ != state::closed || questions_.size() == 0);
}

base::status channel::refuse(base::instant now, std::uint64_t id,
                             base::no_data_reason reason) {
  now_ = now;
  uploads_.refuse(now, id, reason);
  counters_.refusals = uploads_.invalid_requests();
  if (counters_.refusals >= refusals_max)
    return fail(base::errc::refused, "too many impossible requests");
  return base::unit{};
}

bool channel::request(base::instant now, const base::proof_request& request) {
  now_ = now;
  if (state_ != state::open || small_.size() >= outgoing_max ||
      !questions_.add(request))
    return false;
  enqueue(request);
  return true;
}

void channel::cancel(base::instant now, std::uint64_t id) {
  now_ = now;
  if (!questions_.take(id))
    return;
  auto unsent = std::erase_if(
      small_, [&](const message& one) { return is_request(one, id); });
  if (unsent == 0)
    enqueue(replication::cancel{id});
}

void channel::tell(base::instant now, const want& blocks) {
  now_ = now;
  enqueue(blocks);
}

void channel::enqueue(message what) {
  if (state_ == state::open && small_.size() < outgoing_max)
    small_.push_back(std::move(what));
  check_invariant();
}

// -- what must leave ---------------------------------------------------------

std::optional<transmit> channel::poll_transmit() {
  if (state_ != state::open)
    return std::nullopt;
  std::optional<message> next = announcer_.poll();
  if (!next && !small_.empty()) {
    next = std::move(small_.front());
    small_.pop_front();
  }
  if (!next)
    next = uploads_.poll_refusal(now_);
  if (next) {
    ++counters_.messages_out;
    return transmit{type_of(*next), encode(*next)};
  }
  return poll_answer();
}

std::optional<transmit> channel::poll_answer() {
  if (answers_.empty())
    return std::nullopt;
  auto one = std::move(answers_.front());
  answers_.pop_front();
  HYPER_ASSERT(answer_bytes_ >= one.payload.size());
  answer_bytes_ -= one.payload.size();
  ++counters_.messages_out;
  check_invariant();
  return one;
}

std::optional<base::instant> channel::poll_timeout() const {
  return uploads_.next_due(now_);
}

std::optional<event> channel::poll_event() {
  if (!events_.empty()) {
    auto one = std::move(events_.front());
    events_.pop_front();
    return one;
  }
  if (answer_bytes_ >= answer_bytes_waiting_max)
    return std::nullopt;
  if (auto request = uploads_.next())
    return wanted{std::move(*request)};
  return std::nullopt;
}

} // namespace hyper::replication
