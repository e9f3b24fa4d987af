#include "net/secret_stream/framed_handshake.hpp"

#include <utility>

namespace hyper::secret_stream {

framed_handshake::framed_handshake(noise::role side,
                                   const noise::static_key& local,
                                   base::entropy& chance)
    : handshake_(noise::pattern::xx, side, local, base::bytes_view{}),
      chance_(chance) {
  // A key of ours that is no sound point fails again when the answer comes.
  static_cast<void>(write());
}

base::status framed_handshake::handle_bytes(base::bytes_view chunk) {
  in_.append(chunk);
  while (!finished()) {
    auto length = in_.announced();
    if (length && *length > handshake_message_max)
      return base::error{base::errc::limit, "handshake: message too long"};
    if (!in_.complete())
      return base::unit{};
    if (auto read = handshake_.read(in_.take()); !read)
      return read.failure();
    if (auto wrote = write(); !wrote)
      return wrote;
  }
  return base::unit{};
}

base::status framed_handshake::write() {
  if (!handshake_.our_turn())
    return base::unit{};
  auto next = handshake_.write(chance_, {});
  if (!next)
    return next.failure();
  append_length(out_, next->size());
  base::append(out_, *next);
  return base::unit{};
}

std::optional<base::bytes> framed_handshake::poll_transmit() {
  if (out_.empty())
    return std::nullopt;
  return std::exchange(out_, {});
}

} // namespace hyper::secret_stream
