#include "net/dht/blind_relay.hpp"

namespace hyper::dht {

base::bytes encode(const relay_pair& message) {
  base::writer out;
  out.u8(message.is_initiator ? 1 : 0);
  out.raw(message.token);
  out.uint(message.stream_id);
  out.uint(message.seq);
  return out.release();
}

base::result<relay_pair> decode_relay_pair(base::bytes_view raw) {
  base::reader in{raw};
  relay_pair message;
  message.is_initiator = (in.u8() & 1) != 0;
  message.token = in.fixed<32>();
  message.stream_id = in.uint();
  message.seq = in.uint();
  return in.finish(message);
}

base::bytes encode(const relay_unpair& message) {
  base::writer out;
  out.u8(0);
  out.raw(message.token);
  return out.release();
}

base::result<relay_unpair> decode_relay_unpair(base::bytes_view raw) {
  base::reader in{raw};
  relay_unpair message;
  in.u8();
  message.token = in.fixed<32>();
  return in.finish(message);
}

} // namespace hyper::dht
