#include "net/dht/announce.hpp"
#include "net/dht/envelope.hpp"
#include "net/dht/noise_payload.hpp"

// Every value of HyperDHT, read from any bytes, is read the same after it was
// written.

template <class Decode>
static void probe(Decode decode, hyper::base::bytes_view raw) {
  if (auto value = decode(raw))
    HYPER_ASSERT(*decode(encode(*value)) == *value);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper::dht;
  hyper::base::bytes_view raw{data, size};
  probe(decode_lookup_reply, raw);
  probe(decode_announce, raw);
  probe(decode_handshake_envelope, raw);
  probe(decode_punch_envelope, raw);
  if (auto payload = decode_noise_payload(raw);
      payload && payload->version == 1)
    probe(decode_noise_payload, raw);
  return 0;
}
