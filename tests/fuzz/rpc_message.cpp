#include "base/assert.hpp"
#include "net/rpc/message.hpp"
#include "net/rpc/values.hpp"

// Decoding what was encoded from a decoded value gives that value again.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper;
  base::bytes_view raw{data, size};
  if (auto message = rpc::decode_request(raw)) {
    auto encoded = encode(*message);
    auto again = rpc::decode_request(encoded);
    HYPER_ASSERT(again && again->id == message->id &&
                 again->method == message->method);
  }
  if (auto message = rpc::decode_response(raw)) {
    auto encoded = encode(*message);
    auto again = rpc::decode_response(encoded);
    HYPER_ASSERT(again && again->id == message->id &&
                 again->outcome.index() == message->outcome.index());
  }
  if (auto said = rpc::decode_verdict(raw))
    HYPER_ASSERT(*rpc::decode_verdict(rpc::encode_verdict(*said)) == *said);
  return 0;
}
