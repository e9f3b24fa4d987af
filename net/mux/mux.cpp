#include "net/mux/mux.hpp"

#include "base/assert.hpp"

#include <utility>

namespace hyper::mux {

namespace {

// What a held message costs beside its bytes, as the original counts it.
constexpr std::size_t held_overhead = 512;

const base::error connection_gone{base::errc::closed,
                                  "mux: the connection has ended"};

std::size_t held_size(const wish& waiting) {
  std::size_t sum = 0;
  for (const auto& message : waiting.held)
    sum += message.payload.size() + held_overhead;
  return sum;
}

} // namespace

// --- what the connection brings ---------------------------------------------

void mux::handle_message(base::bytes_view frame) {
  HYPER_ASSERT(!cursor_);
  if (ended_)
    return;
  ++counters_.frames_read;
  cursor_.emplace(frame);
}

void mux::handle_end() {
  if (ended_)
    return;
  ended_ = true;
  end_frame();
  close_all();
}

std::optional<event> mux::poll_event() {
  current_.clear();
  while (cursor_ || !queue_.empty()) {
    auto next = queue_.empty() ? next_from_frame() : pop_queued();
    if (next)
      return next;
  }
  return std::nullopt;
}

std::optional<event> mux::pop_queued() {
  auto [what, owned] = std::move(queue_.front());
  queue_.pop_front();
  current_ = std::move(owned);
  if (auto* pairing = std::get_if<opened>(&what))
    pairing->handshake = current_;
  else if (auto* held = std::get_if<message>(&what))
    held->payload = current_;
  return std::move(what);
}

std::optional<event> mux::next_from_frame() {
  auto next = cursor_->next();
  if (!next)
    fail(next.failure());
  else if (!*next)
    end_frame();
  if (!cursor_)
    return std::nullopt;
  // The rest of the frame follows this item: answers make one batch.
  if (cursor_->batched() && !std::exchange(frame_corked_, true))
    out_.cork();
  ++counters_.messages_read;
  const auto& found = **next;
  if (found.channel != 0)
    return handle_channel(found);
  handle_control(found);
  check_invariant();
  return std::nullopt;
}

void mux::end_frame() {
  cursor_.reset();
  if (std::exchange(frame_corked_, false))
    out_.uncork();
}

// --- channel 0 --------------------------------------------------------------

void mux::handle_control(const item& next) {
  switch (static_cast<control>(next.type)) {
  case control::open:
    return handle_open(next.payload);
  case control::reject:
    return handle_reject(next.payload);
  case control::close:
    return handle_close(next.payload);
  default:
    ++counters_.ignored_controls;
    return ignore();
  }
}

void mux::handle_open(base::bytes_view payload) {
  auto wanted = decode_open(payload);
  if (!wanted)
    return fail(wanted.failure());
  if (!remotes_.may_open(wanted->number))
    return fail({base::errc::malformed, "mux: open with a wrong number"});
  if (wanted->number > limits_.remote_numbers_max)
    return fail({base::errc::limit, "mux: too many channel numbers"});
  wanted->protocol = offers_.resolve(wanted->protocol);
  auto ours = locals_.find_waiting(wanted->protocol, wanted->id);
  if (ours != locals_.end())
    return pair_channel(ours, wanted->number, wanted->handshake);
  if (offers_.contains(wanted->protocol, wanted->id) &&
      remotes_.wishes() < limits_.pairing_max)
    return ask_owner(*wanted);
  refuse(wanted->number);
}

void mux::handle_reject(base::bytes_view payload) {
  auto number = decode_number(payload);
  if (!number)
    return fail(number.failure());
  auto ours = locals_.find_number(*number);
  if (ours == locals_.end() || ours->second.state == channel_state::open)
    return fail({base::errc::malformed, "mux: reject of nothing we asked for"});
  if (ours->second.state == channel_state::opening)
    queue_.push_back({closed{ours->first, close_reason::rejected}, {}});
  locals_.remove(ours);
}

void mux::handle_close(base::bytes_view payload) {
  auto number = decode_number(payload);
  if (!number)
    return fail(number.failure());
  auto* meaning = remotes_.find(*number);
  if (meaning == nullptr || std::holds_alternative<std::monostate>(*meaning))
    return ignore();
  // The remote keeps the number of a wish that it gave up until we answer.
  if (std::holds_alternative<wish>(*meaning))
    return withdraw(*number);
  auto ours = locals_.find(std::get<channel>(*meaning));
  HYPER_ASSERT(ours != locals_.end());
  queue_.push_back({closed{ours->first, close_reason::closed}, {}});
  remotes_.release(*number);
  locals_.remove(ours);
}

// --- other channels ---------------------------------------------------------

std::optional<event> mux::handle_channel(const item& next) {
  auto* meaning = remotes_.find(next.channel);
  if (meaning == nullptr || std::holds_alternative<std::monostate>(*meaning)) {
    ++counters_.ignored_messages;
    ignore();
    return std::nullopt;
  }
  if (auto* waiting = std::get_if<wish>(meaning)) {
    hold(*waiting, next);
    return std::nullopt;
  }
  return message{std::get<channel>(*meaning), next.type, next.payload,
                 frame_corked_};
}

void mux::hold(wish& waiting, const item& next) {
  held_bytes_ += next.payload.size() + held_overhead;
  if (held_bytes_ > limits_.held_bytes_max)
    return fail({base::errc::limit, "mux: too much for a channel not open"});
  waiting.held.push_back({next.type, base::to_bytes(next.payload)});
}

void mux::ignore() {
  if (counters_.ignored_messages + counters_.ignored_controls >
      limits_.ignored_max)
    fail({base::errc::limit, "mux: too many messages for nobody"});
}

// --- pairing ----------------------------------------------------------------

void mux::pair_channel(local_channels::iterator ours, std::uint64_t number,
                       base::bytes_view handshake) {
  if (ours->second.state == channel_state::closing) {
    // Our close is under way and ends this one: the number is free at once.
    locals_.remove(ours);
    remotes_.assign(number, std::monostate{});
    return;
  }
  ours->second.state = channel_state::open;
  ours->second.remote = number;
  remotes_.assign(number, ours->first);
  queue_.push_back({opened{ours->first, {}}, base::to_bytes(handshake)});
}

void mux::pair_wish(local_channels::iterator ours, std::uint64_t number) {
  auto waiting = std::get<wish>(std::move(*remotes_.find(number)));
  held_bytes_ -= held_size(waiting);
  remotes_.release(number);
  pair_channel(ours, number, waiting.handshake);
  for (auto& [type, payload] : waiting.held)
    queue_.push_back(
        {message{ours->first, type, {}, false}, std::move(payload)});
}

void mux::ask_owner(const open_message& wanted) {
  wish waiting;
  waiting.handle = token{++last_token_};
  waiting.protocol = wanted.protocol;
  waiting.id = base::to_bytes(wanted.id);
  waiting.handshake = base::to_bytes(wanted.handshake);
  queue_.push_back(
      {incoming{waiting.handle, wanted.protocol, wanted.id, wanted.handshake},
       {}});
  remotes_.assign(wanted.number, std::move(waiting));
}

void mux::refuse(std::uint64_t number) {
  remotes_.assign(number, std::monostate{});
  write(control::reject, encode_number(number));
  if (++counters_.rejects_sent > limits_.rejects_max)
    fail({base::errc::limit, "mux: too many rejected opens"});
}

void mux::withdraw(std::uint64_t number) {
  held_bytes_ -= held_size(std::get<wish>(*remotes_.find(number)));
  remotes_.release(number);
  refuse(number);
}

// --- wishes -----------------------------------------------------------------

base::result<channel> mux::open(std::string_view protocol, base::bytes_view id,
                                base::bytes_view handshake) {
  HYPER_ASSERT(protocol.size() <= protocol_size_max);
  HYPER_ASSERT(id.size() <= id_size_max);
  HYPER_ASSERT(handshake.size() <= handshake_size_max);
  if (ended_)
    return connection_gone;
  if (locals_.size() >= limits_.channels_max)
    return base::error{base::errc::limit, "mux: too many channels"};
  auto ours = locals_.add(std::string{protocol}, id);
  write(control::open,
        encode(open_message{ours->second.number, ours->second.protocol, id,
                            handshake}));
  if (auto number = remotes_.find_wish(protocol, id); number != 0)
    pair_wish(ours, number);
  check_invariant();
  return ours->first;
}

base::result<channel> mux::accept(token wanted, base::bytes_view handshake) {
  auto number = remotes_.find_wish(wanted);
  if (number == 0 || ended_)
    return base::error{base::errc::closed, "mux: the wish was withdrawn"};
  // Copies: the wish moves while the channel opens.
  auto protocol = std::get<wish>(*remotes_.find(number)).protocol;
  auto id = std::get<wish>(*remotes_.find(number)).id;
  return open(protocol, id, handshake);
}

void mux::reject(token wanted) {
  auto number = remotes_.find_wish(wanted);
  if (number != 0 && !ended_)
    withdraw(number);
}

base::status mux::send(channel on, std::uint64_t type,
                       base::bytes_view payload) {
  if (ended_)
    return connection_gone;
  auto ours = locals_.find(on);
  if (ours == locals_.end() || ours->second.state == channel_state::closing)
    return base::error{base::errc::closed, "mux: the channel is closed"};
  if (payload.size() > frame_max - frame_overhead_max)
    return base::error{base::errc::limit, "mux: message too long"};
  if (queued_bytes() > limits_.queued_bytes_max)
    return base::error{base::errc::limit, "mux: too much waits to be sent"};
  out_.write({ours->second.number, type, payload});
  ++counters_.messages_written;
  return base::unit{};
}

void mux::close(channel on) {
  auto ours = locals_.find(on);
  if (ended_ || ours == locals_.end() ||
      ours->second.state == channel_state::closing)
    return;
  write(control::close, encode_number(ours->second.number));
  if (ours->second.state == channel_state::opening) {
    ours->second.state = channel_state::closing;
    return;
  }
  remotes_.release(ours->second.remote);
  locals_.remove(ours);
  check_invariant();
}

bool mux::is_open(channel on) const {
  auto ours = locals_.all().find(on);
  return !ended_ && ours != locals_.all().end() &&
         ours->second.state == channel_state::open;
}

void mux::write(control type, base::bytes_view payload) {
  out_.write({0, static_cast<std::uint64_t>(type), payload});
}

// --- the end ----------------------------------------------------------------

void mux::close_all() {
  for (const auto& [handle, ours] : locals_.all())
    if (ours.state != channel_state::closing)
      queue_.push_back({closed{handle, close_reason::ended}, {}});
}

void mux::fail(base::error reason) {
  HYPER_ASSERT(!ended_);
  handle_end();
  queue_.push_back({failed{std::move(reason)}, {}});
}

void mux::check_invariant() const {
  HYPER_ASSERT(locals_.size() <= limits_.channels_max);
  HYPER_ASSERT(remotes_.size() <= limits_.remote_numbers_max);
  HYPER_ASSERT(remotes_.wishes() <= limits_.pairing_max);
  HYPER_ASSERT((held_bytes_ == 0) || remotes_.wishes() > 0);
  for (const auto& [handle, ours] : locals_.all()) {
    if (ours.state != channel_state::open)
      continue;
    const auto* meaning = remotes_.find(ours.remote);
    HYPER_ASSERT(meaning != nullptr);
    HYPER_ASSERT(std::get<channel>(*meaning) == handle);
  }
}

} // namespace hyper::mux
