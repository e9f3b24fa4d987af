#include "net/secret_stream/stream.hpp"

#include "base/assert.hpp"
#include "net/secret_stream/header.hpp"

#include <algorithm>
#include <utility>

namespace hyper::secret_stream {

namespace {

base::error malformed(const char* what) {
  return {base::errc::malformed, what};
}

} // namespace

stream::stream(const noise::session& from, const config& limits,
               base::entropy& chance, base::instant now)
    : config_(limits), session_(from), last_write_(now),
      header_deadline_(now + limits.header_timeout) {
  auto chosen = chance.array<base::secretstream::header_size>();
  sender_.emplace(chosen, session_.tx);
  append_length(out_, header_size);
  base::append(out_, encode_header(session_, chosen));
  base::wipe(session_.tx);
}

void stream::handle_bytes(base::instant, base::bytes_view chunk) {
  if (remote_ended_ || state_ == state::failed)
    return;
  in_.append(chunk);
  if (state_ != state::header)
    return;
  if (auto frame = next_frame())
    read_header(*frame);
  check_invariant();
}

void stream::handle_end(base::instant) {
  remote_ended_ = true;
}

void stream::handle_timeout(base::instant now) {
  if (state_ == state::header && now >= header_deadline_)
    return fail({base::errc::timed_out, "secret_stream: no header in time"});
  auto due = keep_alive_due();
  if (!due || now < *due)
    return;
  seal(now, {});
  ++counters_.keep_alives_written;
}

base::status stream::send(base::instant now, base::bytes_view plain) {
  if (!is_open())
    return base::error{base::errc::closed, "secret_stream: not open"};
  if (plain.size() > message_max)
    return base::error{base::errc::limit, "secret_stream: message too long"};
  seal(now, plain);
  ++counters_.messages_written;
  return base::unit{};
}

std::optional<base::bytes> stream::poll_transmit() {
  if (out_.empty())
    return std::nullopt;
  return std::exchange(out_, {});
}

std::optional<base::instant> stream::poll_timeout() const {
  auto due = keep_alive_due();
  if (state_ != state::header)
    return due;
  return due ? std::min(*due, header_deadline_) : header_deadline_;
}

std::optional<event> stream::poll_event() {
  check_invariant();
  if (auto next = next_message())
    return *next;
  if (failure_unpolled_)
    return failed{*std::exchange(failure_unpolled_, std::nullopt)};
  if (!remote_ended_ || state_ == state::ended || state_ == state::failed)
    return std::nullopt;
  state_ = state::ended;
  return ended{};
}

const noise::session& stream::session() const {
  HYPER_ASSERT(is_open());
  return session_;
}

void stream::read_header(base::bytes_view frame) {
  auto header = decode_header(session_, frame);
  if (!header)
    return fail(header.failure());
  receiver_.emplace(*header, session_.rx);
  base::wipe(session_.rx);
  state_ = state::messages;
}

std::optional<message> stream::next_message() {
  while (state_ == state::messages) {
    auto frame = next_frame();
    if (!frame)
      return std::nullopt;
    if (auto next = read_message(*frame))
      return next;
  }
  return std::nullopt;
}

std::optional<message> stream::read_message(base::mutable_bytes frame) {
  HYPER_ASSERT(receiver_.has_value());
  if (frame.size() < base::secretstream::overhead) {
    fail(malformed("secret_stream: frame too short for a message"));
    return std::nullopt;
  }
  auto plain = receiver_->pull(frame);
  if (!plain) {
    fail({base::errc::unauthorized, "secret_stream: message does not decrypt"});
    return std::nullopt;
  }
  HYPER_ASSERT(plain->size() + base::secretstream::overhead == frame.size());
  authenticated_ = true;
  counters_.bytes_read += frame.size();
  if (plain->empty() && config_.keep_alive) {
    ++counters_.keep_alives_read;
    return std::nullopt;
  }
  ++counters_.messages_read;
  return message{*plain};
}

std::optional<base::mutable_bytes> stream::next_frame() {
  if (auto length = in_.announced(); length && *length > frame_limit()) {
    fail({base::errc::limit, "secret_stream: frame too long"});
    return std::nullopt;
  }
  if (!in_.complete())
    return std::nullopt;
  return in_.take();
}

// Before messages flow, nothing longer than the awaited frame is of any use.
std::size_t stream::frame_limit() const {
  return state_ == state::header ? header_size : config_.frame_max;
}

void stream::seal(base::instant now, base::bytes_view plain) {
  HYPER_ASSERT(is_open());
  auto length = plain.size() + base::secretstream::overhead;
  append_length(out_, length);
  out_.resize(out_.size() + length);
  sender_->push(plain, base::mutable_bytes{out_}.last(length));
  counters_.bytes_written += length_size + length;
  last_write_ = now;
}

std::optional<base::instant> stream::keep_alive_due() const {
  if (!is_open() || remote_ended_ || !config_.keep_alive)
    return std::nullopt;
  return last_write_ + *config_.keep_alive;
}

void stream::fail(base::error reason) {
  HYPER_ASSERT(state_ != state::failed);
  state_ = state::failed;
  failure_unpolled_ = std::move(reason);
  sender_.reset();
  receiver_.reset();
  in_.clear();
  out_.clear();
}

void stream::check_invariant() const {
  HYPER_ASSERT(state_ != state::header || (sender_ && !receiver_));
  HYPER_ASSERT(state_ != state::messages || (sender_ && receiver_));
  HYPER_ASSERT(state_ != state::failed || (!sender_ && !receiver_));
  HYPER_ASSERT(!authenticated_ || counters_.bytes_read > 0);
}

} // namespace hyper::secret_stream
