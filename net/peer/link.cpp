#include "net/peer/link.hpp"

#include "net/transport/over_udx.hpp"
#include "net/transport/over_websocket.hpp"

#include <algorithm>
#include <utility>

namespace hyper::peer {

namespace {

// Frames that are filled: large enough to share one seal among many messages,
// small enough for the remote to begin reading early.
constexpr std::size_t batch_bytes = 64 * 1024;

std::unique_ptr<transport::stream> open_transport(const link_config& how,
                                                  base::instant now) {
  if (how.over == transport::carrier::websocket)
    return std::make_unique<transport::over_websocket>(how.local_stream, now);
  return std::make_unique<transport::over_udx>(
      how.local_stream, how.remote_stream, how.remote, now);
}

secret_stream::config secret_config(const link_config& how) {
  secret_stream::config out;
  out.keep_alive = how.keep_alive;
  out.frame_max = frame_size_max;
  return out;
}

std::string_view reason_text(udx::close_reason why) {
  switch (why) {
  case udx::close_reason::ended:
    return "ended";
  case udx::close_reason::reset:
    return "reset by the remote";
  case udx::close_reason::timed_out:
    return "the remote does not answer";
  case udx::close_reason::destroyed:
    return "ended by us";
  }
  return "";
}

} // namespace

link::link(const link_config& how, base::entropy& chance, base::instant now)
    : stream_(open_transport(how, now)),
      secret_(how.session, secret_config(how), chance, now), heard_(now) {
  write_out(now);
}

void link::handle_packet(base::instant now, const base::endpoint& from,
                         base::bytes_view packet) {
  heard_ = now;
  silence_told_ = false;
  stream_->handle_packet(now, from, packet);
}

void link::handle_timeout(base::instant now) {
  stream_->handle_timeout(now);
  secret_.handle_timeout(now);
  write_out(now);
  if (auto due = silence_due(); due && *due <= now) {
    silence_told_ = true;
    pending_ = silent{};
  }
}

std::optional<base::instant> link::silence_due() const {
  if (silence_told_ || end_ || written_ == delivered_)
    return std::nullopt;
  return heard_ + silence_max;
}

bool link::has_room() const {
  return mux_.queued_bytes() == 0 && !stream_->backlogged();
}

bool link::batch_has_room() const {
  return mux_.queued_bytes() < batch_bytes;
}

std::uint64_t link::flush(base::instant now) {
  while (!stream_->backlogged()) {
    auto frame = mux_.poll_transmit();
    if (!frame)
      break;
    if (auto sent = secret_.send(now, *frame); !sent) {
      destroy(now, sent.failure().message);
      break;
    }
    write_out(now);
  }
  return written_;
}

// Sealed bytes to the transport. A stream that is closing takes nothing more.
void link::write_out(base::instant now) {
  while (auto sealed = secret_.poll_transmit()) {
    if (written_ == delivered_)
      heard_ = now; // the wait for an acknowledgement begins
    if (auto offset = stream_->write(now, std::move(*sealed)))
      written_ = *offset;
  }
}

void link::end(base::instant now) {
  flush(now);
  ending_ = true;
  stream_->end(now);
}

void link::destroy(base::instant now, std::string why) {
  finish(std::move(why), false);
  stream_->destroy(now);
}

void link::finish(std::string why, bool by_remote) {
  if (!end_)
    end_ = closed{std::move(why), by_remote};
}

std::optional<transport::transmit> link::poll_transmit() {
  return stream_->poll_transmit();
}

std::optional<base::instant> link::poll_timeout() const {
  auto due = stream_->poll_timeout();
  for (auto other : {secret_.poll_timeout(), silence_due()})
    if (other && (!due || *other < *due))
      due = other;
  return due;
}

std::optional<link_event> link::poll_event(base::instant now) {
  while (true) {
    if (pending_)
      return std::exchange(pending_, std::nullopt);
    if (end_told_)
      return std::nullopt;
    if (auto event = from_mux(now))
      return event;
    if (!step_secret(now) && !step_transport(now))
      return std::nullopt;
  }
}

// What the message that is being taken apart still holds.
std::optional<link_event> link::from_mux(base::instant now) {
  auto event = mux_.poll_event();
  if (!event)
    return std::nullopt;
  if (auto* broken = std::get_if<mux::failed>(&*event)) {
    destroy(now, "mux: " + broken->reason.message);
    return from_mux(now);
  }
  return std::visit(
      [](auto& inner) -> std::optional<link_event> {
        if constexpr (std::is_same_v<std::decay_t<decltype(inner)>,
                                     mux::failed>)
          return std::nullopt;
        else
          return link_event{std::move(inner)};
      },
      *event);
}

// Decrypts one message. False if none is whole.
bool link::step_secret(base::instant now) {
  if (end_)
    return false;
  auto event = secret_.poll_event();
  if (!event)
    return false;
  if (secret_.authenticated() && !proven_told_) {
    proven_told_ = true;
    pending_ = proven{};
  }
  if (auto* in = std::get_if<secret_stream::message>(&*event))
    mux_.handle_message(in->plain);
  else if (auto* broken = std::get_if<secret_stream::failed>(&*event))
    destroy(now, "secret stream: " + broken->reason.message);
  else if (std::holds_alternative<secret_stream::ended>(*event))
    end(now);
  return true;
}

// Takes one event of the transport. False if there is none.
bool link::step_transport(base::instant now) {
  auto event = stream_->poll_event();
  if (!event)
    return false;
  if (auto* in = std::get_if<udx::data>(&*event)) {
    chunk_ = std::move(in->payload);
    secret_.handle_bytes(now, chunk_);
  } else if (auto* ack = std::get_if<udx::acknowledged>(&*event)) {
    delivered_ = ack->offset;
    pending_ = *ack;
  } else if (std::holds_alternative<udx::end_received>(*event)) {
    secret_.handle_end(now);
  } else if (auto* last = std::get_if<udx::closed>(&*event)) {
    note_end(last->reason);
  }
  return true;
}

void link::note_end(udx::close_reason why) {
  auto orderly =
      why == udx::close_reason::ended || why == udx::close_reason::reset;
  finish(std::string{reason_text(why)}, orderly && !ending_);
  mux_.handle_end();
  end_told_ = true;
  pending_ = *end_;
}

} // namespace hyper::peer
