#include "net/secret_stream/header.hpp"

#include "base/wipe.hpp"

namespace hyper::secret_stream {

namespace {

constexpr auto family = "hyperswarm/secret-stream";

noise::role local_role(const noise::session& of) {
  return of.is_initiator ? noise::role::initiator : noise::role::responder;
}

noise::role remote_role(const noise::session& of) {
  return of.is_initiator ? noise::role::responder : noise::role::initiator;
}

} // namespace

base::hash32 stream_id(const base::hash64& handshake_hash, noise::role of) {
  std::uint8_t number = of == noise::role::initiator ? 0 : 1;
  return base::keyed_blake2b(handshake_hash,
                             {base::namespace_constant(family, number)});
}

base::bytes encode_header(const noise::session& of,
                          const base::secretstream::header& chosen) {
  auto frame =
      base::concat(stream_id(of.handshake_hash, local_role(of)), chosen);
  HYPER_ASSERT(frame.size() == header_size);
  return frame;
}

base::result<base::secretstream::header> decode_header(const noise::session& of,
                                                       base::bytes_view frame) {
  if (frame.size() != header_size)
    return base::error{base::errc::malformed,
                       "secret_stream: header of a wrong length"};
  auto id = stream_id(of.handshake_hash, remote_role(of));
  if (!base::secret_equal(frame.first(id.size()), id))
    return base::error{base::errc::unauthorized,
                       "secret_stream: header of another stream"};
  return base::take<base::secretstream::header_size>(frame.subspan(id.size()));
}

} // namespace hyper::secret_stream
