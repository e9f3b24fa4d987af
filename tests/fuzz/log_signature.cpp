// Any bytes as a signature: no overrun, and what decodes encodes again.

#include "base/assert.hpp"
#include "store/log/signature.hpp"

using namespace hyper;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  base::bytes_view input{data, size};
  base::reader in{input};
  auto value = log::decode_container(in);
  if (in.failed())
    return 0;
  base::writer out;
  log::encode(out, value);
  base::reader again{out.data()};
  HYPER_ASSERT(log::decode_container(again) == value && !again.failed());
  return 0;
}
