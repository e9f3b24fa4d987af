#include "base/assert.hpp"
#include "net/secret_stream/stream.hpp"

// Bytes of a stranger against a stream whose handshake is done.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper;
  base::seeded_entropy chance{1};
  base::instant now{};
  secret_stream::stream stream{noise::session{}, {}, chance, now};
  stream.handle_bytes(now, {data, size});
  while (stream.poll_event()) {
  }
  HYPER_ASSERT(!stream.authenticated());
  return 0;
}
