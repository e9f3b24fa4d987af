#define CAF_SUITE base_codec

#include "base/codec.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"

using namespace hyper::base;

CAF_TEST(the shortest form is written and every form is read) {
  writer out;
  out.uint(252);
  out.uint(253);
  out.uint(65536);
  out.uint(std::uint64_t{1} << 32);
  CAF_CHECK_EQUAL(to_hex(out.data()), "fcfdfd00fe00000100ff0000000001000000");
  auto wide = *from_hex("fd0100");
  CAF_CHECK_EQUAL(reader{wide}.uint(), 1u);
}

CAF_TEST(a failure sticks and gives empty values) {
  auto cut = *from_hex("fd01");
  reader in{cut};
  CAF_CHECK_EQUAL(in.uint(), 0u);
  CAF_CHECK(in.failed());
  CAF_CHECK_EQUAL(in.buffer().size(), 0u);
  CAF_CHECK_EQUAL(in.failure().message, "Out of bounds");
}

CAF_TEST(a length of two to the 53 is an error and no allocation) {
  auto huge = *from_hex("ffffffffffffff1f00");
  reader in{huge};
  in.buffer();
  CAF_CHECK(in.failed());
}

CAF_TEST(malformed text is replaced as the original does) {
  auto replaced = [](const char* hex) {
    return to_hex(as_bytes(utf8_replace(*from_hex(hex))));
  };
  CAF_CHECK_EQUAL(replaced("ff61c328"), "efbfbd61efbfbd28");
  CAF_CHECK_EQUAL(replaced("eda080"), "efbfbdefbfbdefbfbd");
  CAF_CHECK_EQUAL(replaced("f09080"), "efbfbd");
  CAF_CHECK_EQUAL(replaced("c080"), "efbfbdefbfbd");
}

CAF_TEST(properties) {
  HYPER_PROPERTY("uint survives a round trip", [](std::uint64_t value) {
    value &= uint_max;
    writer out;
    out.uint(value);
    RC_ASSERT(out.size() == uint_size(value));
    RC_ASSERT(reader{out.data()}.uint() == value);
  });
  HYPER_PROPERTY("sint survives a round trip", [](std::int32_t value) {
    writer out;
    out.sint(value);
    RC_ASSERT(reader{out.data()}.sint() == value);
  });
  HYPER_PROPERTY("hex and z-base-32 survive a round trip",
                 [](const bytes& raw) {
                   RC_ASSERT(*from_hex(to_hex(raw)) == raw);
                   RC_ASSERT(*from_z32(to_z32(raw)) == raw);
                 });
}
