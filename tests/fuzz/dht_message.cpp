#include "base/assert.hpp"
#include "net/dht/message.hpp"

// What decodes is encoded to what decodes to the same.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper::dht;
  auto got = decode({data, size});
  if (!got)
    return 0;
  std::visit(
      [](const auto& what) {
        auto again = decode(encode(what));
        HYPER_ASSERT(again.ok());
        HYPER_ASSERT(std::get<std::decay_t<decltype(what)>>(*again) == what);
      },
      *got);
  return 0;
}
