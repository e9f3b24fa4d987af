#include "net/transport/over_websocket.hpp"

#include "base/codec.hpp"

#include <algorithm>

namespace hyper::transport {

// Views of the last poll turn are valid until here.
void over_websocket::begin_turn() {
  leaving_.erase(leaving_.begin(),
                 leaving_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
}

void over_websocket::handle_packet(base::instant now, const base::endpoint&,
                                   base::bytes_view packet) {
  begin_turn();
  auto in = decode_frame(packet);
  if (!in || in->stream != id_ || closed_)
    return;
  heard_ = now;
  if (in->kind == frame_kind::data && !closing_)
    events_.emplace_back(udx::data{base::to_bytes(in->payload)});
  else if (in->kind == frame_kind::pong)
    take_pong(in->payload);
  else if (in->kind == frame_kind::close)
    take_close(is_orderly(*in));
  ask_for_pong(now);
  close_if_done(now);
}

// Pongs that nobody asked for, which the RFC allows, say nothing.
void over_websocket::take_pong(base::bytes_view payload) {
  base::reader in{payload};
  auto offset = in.fixed_uint(8);
  if (in.failed() || !in.empty() || offset <= acknowledged_ || offset > pinged_)
    return;
  auto was_backlogged = backlogged();
  acknowledged_ = offset;
  asked_ = heard_;
  events_.emplace_back(udx::acknowledged{offset});
  if (was_backlogged && !backlogged())
    events_.emplace_back(udx::drained{});
}

void over_websocket::take_close(bool orderly) {
  if (orderly && !closing_)
    events_.emplace_back(udx::end_received{});
  finish(orderly ? udx::close_reason::ended : udx::close_reason::reset);
}

void over_websocket::handle_timeout(base::instant now) {
  begin_turn();
  auto due = poll_timeout();
  if (!due || now < *due)
    return;
  leaving_.push_back(encode_close(id_, close_how::abrupt));
  finish(udx::close_reason::timed_out);
}

base::result<std::uint64_t> over_websocket::write(base::instant now,
                                                  base::bytes chunk) {
  begin_turn();
  if (ending_ || closed_)
    return base::error{base::errc::closed, "transport: closed"};
  if (written_ - acknowledged_ + chunk.size() > websocket_unsent_max)
    return base::error{base::errc::limit, "transport: too much is unsent"};
  base::bytes_view rest{chunk};
  while (!rest.empty()) {
    auto part = rest.first(std::min(rest.size(), websocket_message_max));
    rest = rest.subspan(part.size());
    leave(frame_kind::data, part);
    written_ += part.size();
    ask_for_pong(now);
  }
  return written_;
}

// One is under way as long as anything is unacknowledged; while much is
// written, more than one, so that the backlog goes down in steps.
void over_websocket::ask_for_pong(base::instant now) {
  if (closed_ || closing_)
    return;
  auto idle = pinged_ == acknowledged_;
  auto unasked = written_ - pinged_;
  if (unasked == 0 || (!idle && unasked < websocket_ping_bytes))
    return;
  if (idle)
    asked_ = now;
  pinged_ = written_;
  base::writer offset;
  offset.fixed_uint(pinged_, 8);
  leave(frame_kind::ping, offset.data());
}

void over_websocket::end(base::instant now) {
  begin_turn();
  ending_ = true;
  close_if_done(now);
}

void over_websocket::close_if_done(base::instant now) {
  if (!ending_ || closing_ || closed_ || acknowledged_ != written_)
    return;
  closing_ = now;
  leaving_.push_back(encode_close(id_, close_how::orderly));
}

void over_websocket::destroy(base::instant) {
  begin_turn();
  if (closed_)
    return;
  leaving_.push_back(encode_close(id_, close_how::abrupt));
  finish(udx::close_reason::destroyed);
}

void over_websocket::leave(frame_kind kind, base::bytes_view payload) {
  leaving_.push_back(encode_frame({id_, kind, payload}));
}

void over_websocket::finish(udx::close_reason why) {
  closed_ = why;
  events_.emplace_back(udx::closed{why});
}

std::optional<transmit> over_websocket::poll_transmit() {
  if (taken_ == leaving_.size())
    return std::nullopt;
  return transmit{{}, leaving_[taken_++]};
}

std::optional<base::instant> over_websocket::poll_timeout() const {
  if (closed_)
    return std::nullopt;
  if (closing_)
    return *closing_ + websocket_patience;
  if (pinged_ == acknowledged_)
    return std::nullopt;
  return std::max(asked_, heard_) + websocket_patience;
}

std::optional<event> over_websocket::poll_event() {
  if (events_.empty())
    return std::nullopt;
  auto next = std::move(events_.front());
  events_.pop_front();
  return next;
}

} // namespace hyper::transport
