#define CAF_SUITE base_ip

#include "base/ip.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::base;

CAF_TEST(hosts are read in every form and written in one) {
  auto text_of = [](const char* text) { return host_text(*parse_ip(text)); };
  CAF_CHECK_EQUAL(text_of("127.0.0.1"), "127.0.0.1");
  CAF_CHECK_EQUAL(text_of("::"), "0:0:0:0:0:0:0:0");
  CAF_CHECK_EQUAL(text_of("::1"), "0:0:0:0:0:0:0:1");
  CAF_CHECK_EQUAL(text_of("1::"), "1:0:0:0:0:0:0:0");
  CAF_CHECK_EQUAL(text_of("2001:db8::8a2e:370:7334"),
                  "2001:db8:0:0:0:8a2e:370:7334");
  CAF_CHECK_EQUAL(text_of("1:2:3:4:5:6:7:8"), "1:2:3:4:5:6:7:8");
}

CAF_TEST(what is no host is an error) {
  for (const auto* bad :
       {"", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "12345::", "g::", "::1::", "1:2:3:4:5:6:7:8::", "1:", ":1", "1.2.3"})
    CAF_CHECK(!parse_ip(bad).ok());
}

CAF_TEST(any family but 4 is read as 6) {
  auto raw = *from_hex("0500000000000000000000000000000001");
  reader in{raw};
  CAF_CHECK_EQUAL(host_text(decode_ip(in)), "0:0:0:0:0:0:0:1");
  auto four = *from_hex("047f000001");
  reader other{four};
  CAF_CHECK_EQUAL(host_text(decode_ip(other)), "127.0.0.1");
}

CAF_TEST(bit strings by width) {
  auto encoded = [](const char* hex, std::size_t bits) {
    writer out;
    out.bitfield(*from_hex(hex), bits);
    return to_hex(out.data());
  };
  CAF_CHECK_EQUAL(encoded("07", 1), "07");
  CAF_CHECK_EQUAL(encoded("a5", 8), "fda500");
  CAF_CHECK_EQUAL(encoded("010203", 17), "fe01020300");
  CAF_CHECK_EQUAL(encoded("01", 64), "ff0100000000000000");
}

CAF_TEST(properties) {
  HYPER_PROPERTY("hosts survive text and bytes",
                 [](const std::array<std::uint8_t, 16>& raw) {
                   ip_host host{raw};
                   RC_ASSERT(*parse_ip(host_text(host)) == host);
                   writer out;
                   encode(out, host);
                   reader in{out.data()};
                   RC_ASSERT(decode_ip(in) == host);
                 });
}

CAF_TEST(mutated values are read without harm) {
  auto good = *from_hex("04deadbeef0401020304fe0102030006c3bc6ec3af047f000001");
  test::mutate(good, 0, [](bytes_view bad) {
    reader in{bad};
    in.buffer();
    in.frame().uint();
    in.bitfield(9);
    in.string();
    decode_ip(in);
    in.optional_buffer();
    in.array_count();
    in.fixed_sint(8);
    CAF_CHECK(!in.failed() || in.empty());
  });
}
