#include "base/ip.hpp"

// Every value kind, read from any bytes, stays in its window and is read the
// same after it was written.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper::base;
  reader in{{data, size}};
  while (!in.empty()) {
    auto number = in.uint();
    auto text = in.string();
    auto host = decode_ip(in);
    in.bitfield(in.u8());
    in.frame().buffer();
    writer out;
    out.uint(number);
    out.string(text);
    encode(out, host);
    reader again{out.data()};
    HYPER_ASSERT(again.uint() == number && again.string() == text &&
                 decode_ip(again) == host && again.empty());
  }
  return 0;
}
