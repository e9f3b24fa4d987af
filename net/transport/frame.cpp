#include "net/transport/frame.hpp"

#include "base/codec.hpp"

namespace hyper::transport {

base::bytes encode_frame(const frame& what) {
  base::writer out;
  out.u32(what.stream);
  out.u8(static_cast<std::uint8_t>(what.kind));
  out.raw(what.payload);
  return out.release();
}

base::result<frame> decode_frame(base::bytes_view packet) {
  base::reader in{packet};
  frame out;
  out.stream = in.u32();
  auto kind = in.u8();
  if (kind > static_cast<std::uint8_t>(frame_kind::close))
    in.fail("transport: unknown kind of frame");
  out.kind = static_cast<frame_kind>(kind);
  out.payload = in.rest();
  return in.finish(out);
}

base::bytes encode_close(std::uint32_t stream, close_how how) {
  base::fixed_bytes<1> payload{static_cast<std::uint8_t>(how)};
  return encode_frame({stream, frame_kind::close, payload});
}

bool is_orderly(const frame& close) {
  return close.payload.size() == 1 &&
         close.payload[0] == static_cast<std::uint8_t>(close_how::orderly);
}

} // namespace hyper::transport
