#include "net/mux/frame.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::mux {

namespace {

constexpr auto batch_type = static_cast<std::uint64_t>(control::batch);

} // namespace

frame_cursor::frame_cursor(base::bytes_view frame) : frame_(frame) {}

base::result<std::optional<item>> frame_cursor::next() {
  std::optional<item> found;
  while (!found && failure_ == nullptr && (depth_ > 0 || !frame_.empty()))
    found = depth_ > 0 ? read_item() : read_frame();
  if (failure_ != nullptr)
    return base::error{base::errc::malformed, failure_};
  return found;
}

std::optional<item> frame_cursor::read_frame() {
  item message;
  message.channel = frame_.uint();
  message.type = frame_.uint();
  if (frame_.failed()) {
    failure_ = "mux: frame without channel or type";
    return std::nullopt;
  }
  message.payload = frame_.rest();
  if (message.channel == 0 && message.type == batch_type)
    return enter_batch(base::reader{message.payload});
  return message;
}

std::optional<item> frame_cursor::enter_batch(base::reader inside) {
  if (depth_ == batches_.size()) {
    failure_ = "mux: batches nested too deep";
    return std::nullopt;
  }
  auto channel = inside.uint();
  if (inside.failed())
    failure_ = "mux: batch without a channel";
  batches_[depth_++] = {inside, channel};
  return std::nullopt;
}

std::optional<item> frame_cursor::read_item() {
  HYPER_ASSERT(depth_ > 0 && depth_ <= batches_.size());
  auto& [rest, channel] = batches_[depth_ - 1];
  if (rest.empty()) {
    --depth_;
    return std::nullopt;
  }
  auto length = rest.uint();
  if (length == 0)
    channel = rest.uint();
  if (rest.failed())
    failure_ = "mux: batch is cut";
  if (length == 0 || rest.failed())
    return std::nullopt;
  // An item that claims more than there is ends with the batch.
  auto size = std::min<std::uint64_t>(length, rest.remaining());
  base::reader body{rest.raw(static_cast<std::size_t>(size))};
  batched_ |= !rest.empty();
  item message{channel, body.uint(), {}};
  if (body.failed()) {
    failure_ = "mux: item without a type";
    return std::nullopt;
  }
  if (channel == 0 && message.type == batch_type)
    return enter_batch(body);
  message.payload = body.rest();
  return message;
}

base::result<open_message> decode_open(base::bytes_view payload) {
  base::reader in{payload};
  open_message message;
  message.number = in.uint();
  auto protocol = in.buffer();
  message.id = in.buffer();
  message.handshake = in.rest();
  if (in.failed())
    return base::error{base::errc::malformed, "mux: open message is cut"};
  if (protocol.size() > protocol_size_max || message.id.size() > id_size_max ||
      message.handshake.size() > handshake_size_max)
    return base::error{base::errc::limit, "mux: open message is too long"};
  message.protocol = base::utf8_replace(protocol);
  return message;
}

base::bytes encode(const open_message& message) {
  base::writer out;
  out.uint(message.number);
  out.string(message.protocol);
  out.buffer(message.id);
  out.raw(message.handshake);
  return out.release();
}

base::result<std::uint64_t> decode_number(base::bytes_view payload) {
  base::reader in{payload};
  auto number = in.uint();
  if (in.failed())
    return base::error{base::errc::malformed, "mux: number is cut"};
  return number;
}

base::bytes encode_number(std::uint64_t number) {
  base::writer out;
  out.uint(number);
  return out.release();
}

base::bytes encode_frame(const item& message) {
  base::writer out;
  out.uint(message.channel);
  out.uint(message.type);
  out.raw(message.payload);
  return out.release();
}

} // namespace hyper::mux
