#define CAF_SUITE base_text

#include "base/text.hpp"

#include "tests/support/property.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper::base;

CAF_TEST(printable text stays what it is) {
  CAF_CHECK_EQUAL(escape("alice"), "alice");
  CAF_CHECK_EQUAL(escape("h\xc3\xa9 \xf0\x9f\x98\x80"),
                  "h\xc3\xa9 \xf0\x9f\x98\x80");
}

CAF_TEST(what a terminal would obey is escaped) {
  CAF_CHECK_EQUAL(escape("a\x1b[2J"), "a\\x1b[2J");
  CAF_CHECK_EQUAL(escape("a\nb\x7f"), "a\\x0ab\\x7f");
  CAF_CHECK_EQUAL(escape("\\x1b"), "\\\\x1b");
  CAF_CHECK_EQUAL(escape("\xc2\x9b"), "\\u{009b}");
  CAF_CHECK_EQUAL(escape("\xe2\x80\xae"), "\\u{202e}");
}

CAF_TEST(bytes that are no text are escaped one by one) {
  CAF_CHECK_EQUAL(escape("a\xff\"b"), "a\\xff\"b");
  CAF_CHECK_EQUAL(escape("\xe2\x80"), "\\xe2\\x80");
  CAF_CHECK_EQUAL(escape("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  CAF_CHECK_EQUAL(escape("\xc0\xaf"), "\\xc0\\xaf");
  CAF_CHECK_EQUAL(escape("\xff\x1b[2J"), "\\xff\\x1b[2J");
}

CAF_TEST(properties) {
  HYPER_PROPERTY("whatever goes in, text without controls comes out", [] {
    auto out = escape(*rc::gen::arbitrary<std::string>());
    for (std::string_view rest = out; !rest.empty();) {
      auto length = utf8_character(as_bytes(rest));
      RC_ASSERT(length > 0u);
      RC_ASSERT(length > 1 || (rest[0] >= ' ' && rest[0] <= '~'));
      rest.remove_prefix(length);
    }
  });
}
