#include "net/mux/outbox.hpp"

#include "base/assert.hpp"

#include <utility>

namespace hyper::mux {

void outbox::write(const item& message) {
  HYPER_ASSERT(message.payload.size() <= frame_max - frame_overhead_max);
  if (corks_ > 0)
    add_to_batch(message);
  else
    push(encode_frame(message));
}

void outbox::uncork() {
  HYPER_ASSERT(corks_ > 0);
  if (--corks_ == 0)
    end_batch();
}

std::optional<base::bytes> outbox::poll() {
  if (frames_.empty())
    return std::nullopt;
  auto frame = std::move(frames_.front());
  frames_.pop_front();
  HYPER_ASSERT(queued_bytes_ >= frame.size());
  queued_bytes_ -= frame.size();
  return frame;
}

void outbox::add_to_batch(const item& message) {
  if (batch_.size() + message.payload.size() + frame_overhead_max > frame_max)
    end_batch();
  if (batch_.size() == 0) {
    batch_.uint(0);
    batch_.uint(static_cast<std::uint64_t>(control::batch));
    batch_.uint(message.channel);
  } else if (batch_channel_ != message.channel) {
    batch_.uint(0);
    batch_.uint(message.channel);
  }
  batch_channel_ = message.channel;
  batch_.uint(base::uint_size(message.type) + message.payload.size());
  batch_.uint(message.type);
  batch_.raw(message.payload);
  if (batch_.size() >= batch_size_max)
    end_batch();
}

void outbox::end_batch() {
  if (batch_.size() > 0)
    push(std::exchange(batch_, {}).release());
}

void outbox::push(base::bytes frame) {
  HYPER_ASSERT(!frame.empty() && frame.size() <= frame_max);
  queued_bytes_ += frame.size();
  frames_.push_back(std::move(frame));
}

} // namespace hyper::mux
