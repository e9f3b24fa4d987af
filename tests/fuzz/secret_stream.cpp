#include "base/assert.hpp"
#include "net/secret_stream/stream.hpp"

// Bytes of a stranger against a responder that makes its own handshake, and
// against one whose handshake is done.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper;
  base::seeded_entropy chance{1};
  base::instant now{};
  auto key = noise::make_static(base::make_key_pair(base::seed{1}));
  auto shaking = secret_stream::stream::handshaking(noise::role::responder, key,
                                                    {}, chance, now);
  secret_stream::stream done{noise::session{}, {}, chance, now};
  for (auto* stream : {&shaking, &done}) {
    stream->handle_bytes(now, {data, size});
    while (stream->poll_event()) {
    }
    HYPER_ASSERT(!stream->authenticated());
  }
  return 0;
}
