#include "net/rpc/rpc.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace hyper::rpc {

namespace {

const base::error channel_closed{base::errc::closed,
                                 "rpc: the channel is closed"};

base::error malformed(const base::error& reason) {
  return {reason.code, "rpc: " + reason.message};
}

std::string beginning(std::string_view text, std::size_t size_max) {
  if (text.size() <= size_max)
    return std::string{text};
  return base::utf8_replace(base::as_bytes(text.substr(0, size_max)));
}

} // namespace

endpoint::endpoint(mux::mux& through, mux::channel on, const limits& with)
    : mux_(&through), channel_(on), limits_(with) {}

endpoint::~endpoint() {
  release_calls();
}

// --- what the channel brings ------------------------------------------------

void endpoint::handle_message(const mux::message& message) {
  HYPER_ASSERT(message.on == channel_);
  if (state_ == state::closed)
    return;
  switch (static_cast<message_type>(message.type)) {
  case message_type::request:
    handle_request(message);
    break;
  case message_type::response:
    handle_response(message);
    break;
  default:
    ++counters_.unknown_messages;
  }
  check_invariant();
}

void endpoint::handle_request(const mux::message& message) {
  auto wanted = decode_request(message.payload);
  if (!wanted)
    return fail(malformed(wanted.failure()));
  ++counters_.calls_received;
  auto refusal = check(*wanted);
  if (refusal)
    ++counters_.calls_refused;
  if (wanted->id == 0) {
    if (!refusal)
      events_.push_back(
          notified{wanted->method, base::to_bytes(wanted->value)});
    return;
  }
  auto handle = call_id{++last_call_};
  calls_.emplace(handle, call{wanted->id, message.batched});
  if (message.batched)
    mux_->cork();
  if (refusal)
    return refuse(handle, *refusal);
  events_.push_back(
      called{handle, wanted->method, base::to_bytes(wanted->value)});
}

std::optional<remote_error>
endpoint::check(const request_message& wanted) const {
  if (wanted.method.size() > limits_.method_size_max)
    return unknown_method(beginning(wanted.method, limits_.method_size_max));
  if (wanted.value.size() > limits_.value_size_max)
    return request_error({"value too long", "LIMIT", {}});
  if (calls_.size() >= limits_.calls_max)
    return request_error({"too many requests", "LIMIT", {}});
  if (state_ == state::ending)
    return request_error({"closing", "CLOSED", {}});
  return std::nullopt;
}

void endpoint::handle_response(const mux::message& message) {
  auto response = decode_response(message.payload);
  if (!response)
    return fail(malformed(response.failure()));
  if (!requests_.contains(response->id)) {
    ++counters_.stray_responses;
    return;
  }
  const auto* value = std::get_if<base::bytes_view>(&response->outcome);
  if (value == nullptr)
    return settle(response->id, std::get<remote_error>(response->outcome));
  if (value->size() > limits_.value_size_max)
    return fail({base::errc::limit, "rpc: response too long"});
  settle(response->id, base::to_bytes(*value));
}

void endpoint::handle_closed() {
  if (state_ == state::closed)
    return;
  state_ = state::closed;
  release_calls();
  while (!requests_.empty())
    settle(requests_.begin()->first, unanswered{channel_closed});
  events_.push_back(closed{});
  check_invariant();
}

void endpoint::handle_timeout(base::instant now) {
  for (auto next = requests_.begin(); next != requests_.end();) {
    auto [id, deadline] = *next++;
    if (deadline && *deadline <= now)
      settle(id, unanswered{{base::errc::timed_out, "rpc: no answer in time"}});
  }
  close_if_idle();
}

// --- wishes -----------------------------------------------------------------

base::result<request_id>
endpoint::request(base::instant now, std::string_view method,
                  base::bytes_view value,
                  std::optional<base::duration> timeout) {
  if (auto fits = check(method, value); !fits)
    return fits.failure();
  if (requests_.size() >= limits_.requests_max)
    return base::error{base::errc::limit, "rpc: too many requests"};
  auto id = last_request_ + 1;
  auto sent = send(message_type::request,
                   encode(request_message{id, std::string{method}, value}));
  if (!sent)
    return sent.failure();
  last_request_ = id;
  auto deadline = timeout ? std::optional{now + *timeout} : std::nullopt;
  requests_.emplace(id, deadline);
  ++counters_.requests_sent;
  check_invariant();
  return request_id{id};
}

base::status endpoint::notify(std::string_view method, base::bytes_view value) {
  if (auto fits = check(method, value); !fits)
    return fits;
  return send(message_type::request,
              encode(request_message{0, std::string{method}, value}));
}

void endpoint::answer(call_id to, base::bytes_view value) {
  HYPER_ASSERT(value.size() <= limits_.value_size_max);
  respond(to, {0, value});
}

void endpoint::refuse(call_id to, const remote_error& why) {
  respond(to, {0, why});
}

void endpoint::end() {
  if (state_ == state::open)
    state_ = state::ending;
  close_if_idle();
}

void endpoint::close() {
  if (state_ == state::closed)
    return;
  mux_->close(channel_);
  handle_closed();
}

std::optional<base::instant> endpoint::poll_timeout() const {
  std::optional<base::instant> next;
  for (const auto& [id, deadline] : requests_)
    if (deadline && (!next || *deadline < *next))
      next = deadline;
  return next;
}

std::optional<event> endpoint::poll_event() {
  if (events_.empty())
    return std::nullopt;
  auto next = std::move(events_.front());
  events_.pop_front();
  return next;
}

// --- plain work -------------------------------------------------------------

void endpoint::respond(call_id to, const response_message& with) {
  auto found = calls_.find(to);
  if (found == calls_.end())
    return;
  auto [id, corked] = found->second;
  calls_.erase(found);
  // A remote that does not read its answers has filled the mux: it is the
  // same to it whether they are lost now or with the connection.
  auto sent =
      send(message_type::response, encode(response_message{id, with.outcome}));
  if (corked)
    mux_->uncork();
  if (!sent)
    return fail(sent.failure());
  close_if_idle();
}

base::status endpoint::send(message_type type, base::bytes_view payload) {
  return mux_->send(channel_, static_cast<std::uint64_t>(type), payload);
}

base::status endpoint::check(std::string_view method,
                             base::bytes_view value) const {
  if (state_ != state::open)
    return channel_closed;
  if (method.size() > limits_.method_size_max)
    return base::error{base::errc::limit, "rpc: name of the method too long"};
  if (value.size() > limits_.value_size_max)
    return base::error{base::errc::limit, "rpc: value too long"};
  return base::unit{};
}

void endpoint::settle(std::uint64_t id, decltype(answered::outcome) outcome) {
  HYPER_ASSERT(requests_.erase(id) == 1);
  events_.push_back(answered{request_id{id}, std::move(outcome)});
  close_if_idle();
}

// Answers that nobody will give must not hold up the others of their batch.
void endpoint::release_calls() {
  for (const auto& [handle, pending] : calls_)
    if (pending.corked)
      mux_->uncork();
  calls_.clear();
}

void endpoint::close_if_idle() {
  if (state_ == state::ending && calls_.empty() && requests_.empty())
    close();
}

void endpoint::fail(base::error reason) {
  if (state_ == state::closed)
    return;
  handle_closed();
  events_.push_back(failed{std::move(reason)});
}

void endpoint::check_invariant() const {
  HYPER_ASSERT(calls_.size() <= limits_.calls_max);
  HYPER_ASSERT(requests_.size() <= limits_.requests_max);
  HYPER_ASSERT(state_ != state::closed || calls_.empty());
  HYPER_ASSERT(state_ != state::closed || requests_.empty());
  HYPER_ASSERT(requests_.empty() || requests_.rbegin()->first <= last_request_);
}

} // namespace hyper::rpc
