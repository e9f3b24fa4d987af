#define CAF_SUITE rpc_values

#include "net/rpc/values.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::rpc;

namespace {

using kind = verdict::kind;

verdict verdict_of(const char* hex) {
  auto read = decode_verdict(*base::from_hex(hex));
  CAF_REQUIRE(read.ok());
  return *read;
}

} // namespace

CAF_TEST(methods have names) {
  CAF_CHECK(parse_method("register") == registry_method::register_name);
  CAF_CHECK(parse_method("delete") == registry_method::delete_name);
  CAF_CHECK(!parse_method("Register"));
  CAF_CHECK(!parse_method(""));
}

CAF_TEST(a name is a string and malformed text is replaced) {
  CAF_CHECK_EQUAL(base::to_hex(encode_name("melvin")), "066d656c76696e");
  auto replaced = decode_name(*base::from_hex("04ff61c328"));
  CAF_REQUIRE(replaced.ok());
  CAF_CHECK_EQUAL(*replaced, "\xef\xbf\xbd"
                             "a"
                             "\xef\xbf\xbd"
                             "(");
  auto empty = decode_name(*base::from_hex("00"));
  CAF_REQUIRE(empty.ok());
  CAF_CHECK_EQUAL(*empty, "");
  auto cut = decode_name(*base::from_hex("0561"));
  CAF_REQUIRE(!cut.ok());
  CAF_CHECK_EQUAL(cut.failure().message, "Out of bounds");
}

CAF_TEST(what the registry says) {
  CAF_CHECK(verdict_of("024f4b") == verdict({kind::done, ""}));
  CAF_CHECK(verdict_of("0a4944454d504f54454e54") ==
            verdict({kind::idempotent, ""}));
  CAF_CHECK(verdict_of("164552523a557365726e616d65206e6f7420666f756e64") ==
            verdict({kind::refused, std::string{name_not_found}}));
  CAF_CHECK(verdict_of("044552523a") == verdict({kind::refused, ""}));
  CAF_CHECK(verdict_of("026f6b") == verdict({kind::other, "ok"}));
  CAF_CHECK_EQUAL(base::to_hex(encode_verdict({kind::done, ""})), "024f4b");
}

CAF_TEST(an empty answer is none) {
  CAF_CHECK(!decode_verdict(*base::from_hex("00")).ok());
  CAF_CHECK(!decode_verdict({}).ok());
}

CAF_TEST(every verdict survives a round trip and mutations do no harm) {
  for (const auto& said :
       {verdict{kind::done, ""}, verdict{kind::idempotent, ""},
        verdict{kind::refused, std::string{already_taken}},
        verdict{kind::refused, std::string{not_the_owner}},
        verdict{kind::other, "something else"}}) {
    auto raw = encode_verdict(said);
    CAF_CHECK(*decode_verdict(raw) == said);
    test::mutate(raw, 0, [](base::bytes_view bad) {
      auto read = decode_verdict(bad);
      CAF_CHECK(!read || *decode_verdict(encode_verdict(*read)) == *read);
    });
  }
}
