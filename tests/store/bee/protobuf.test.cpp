#define CAF_SUITE bee_protobuf

#include "store/bee/protobuf.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::bee;

namespace {

std::optional<std::uint64_t> read(std::string_view hex) {
  auto raw = *base::from_hex(hex);
  base::reader in{raw};
  auto value = protobuf::read_varint(in);
  if (in.failed())
    return std::nullopt;
  return value;
}

} // namespace

CAF_TEST(varints up to 53 bits are read in any length up to ten bytes) {
  CAF_CHECK(*read("00") == 0u);
  CAF_CHECK(*read("ac02") == 300u);
  CAF_CHECK(*read("8100") == 1u);
  CAF_CHECK(*read("81808080808080808000") == 1u);
  CAF_CHECK(*read("ffffffffffffff0f") == base::uint_max);
}

CAF_TEST(longer and larger varints are malformed) {
  CAF_CHECK(!read("8180808080808080808000"));
  CAF_CHECK(!read("8080808080808010")); // 2^53
  CAF_CHECK(!read("80808080808080808001"));
  CAF_CHECK(!read("80"));
  CAF_CHECK(!read(""));
}

CAF_TEST(varints survive a round trip) {
  HYPER_PROPERTY("varint", [](std::uint64_t value) {
    value &= base::uint_max;
    base::writer out;
    protobuf::write_varint(out, value);
    RC_ASSERT(out.size() == protobuf::varint_size(value));
    base::reader in{out.data()};
    RC_ASSERT(protobuf::read_varint(in) == value);
    RC_ASSERT(in.empty() && !in.failed());
  });
}

CAF_TEST(fields end with the window) {
  auto raw = *base::from_hex("0a0161120162");
  base::reader in{raw};
  CAF_CHECK(protobuf::next_field(in)->number == 1u);
  CAF_CHECK_EQUAL(base::to_hex(protobuf::next_field(in)->body), "62");
  CAF_CHECK(!protobuf::next_field(in));
  CAF_CHECK(!in.failed());
}

CAF_TEST(a field longer than the window is malformed) {
  auto raw = *base::from_hex("0a0561");
  base::reader in{raw};
  CAF_CHECK(!protobuf::next_field(in));
  CAF_CHECK(in.failed());
}
