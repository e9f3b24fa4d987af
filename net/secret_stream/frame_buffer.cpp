#include "net/secret_stream/frame_buffer.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::secret_stream {

namespace {

// An idle connection keeps at most this much: a server has many of them, and
// most messages are far smaller.
constexpr std::size_t idle_capacity_max = 64 * 1024;

} // namespace

void append_length(base::bytes& out, std::size_t length) {
  HYPER_ASSERT(length <= frame_max);
  for (std::size_t i = 0; i < length_size; ++i)
    out.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
}

void frame_buffer::append(base::bytes_view chunk) {
  data_.erase(data_.begin(),
              data_.begin() + static_cast<std::ptrdiff_t>(begin_));
  begin_ = 0;
  if (data_.empty() && data_.capacity() > idle_capacity_max)
    data_.shrink_to_fit();
  base::append(data_, chunk);
}

std::optional<std::size_t> frame_buffer::announced() const {
  if (size() < length_size)
    return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = length_size; i-- > 0;)
    length = length << 8 | data_[begin_ + i];
  HYPER_ASSERT(length <= frame_max);
  return length;
}

bool frame_buffer::complete() const {
  auto length = announced();
  return length && size() - length_size >= std::max<std::size_t>(*length, 1);
}

base::mutable_bytes frame_buffer::take() {
  HYPER_ASSERT(complete());
  auto length = *announced();
  auto frame = base::mutable_bytes{data_}.subspan(begin_ + length_size, length);
  begin_ += length_size + length;
  HYPER_ASSERT(begin_ <= data_.size());
  return frame;
}

base::bytes frame_buffer::take_rest() {
  auto rest = base::to_bytes(base::bytes_view{data_}.subspan(begin_));
  clear();
  return rest;
}

void frame_buffer::clear() {
  data_.clear();
  begin_ = 0;
}

} // namespace hyper::secret_stream
