#define CAF_SUITE registry_names

#include "store/registry/names.hpp"

#include "tests/support/property.hpp"

using namespace hyper::registry;

namespace {

std::string strict(std::string_view name) {
  return objection(name_policy::strict, name).value_or("");
}

std::string any(std::string_view name) {
  return objection(name_policy::any, name).value_or("");
}

} // namespace

CAF_TEST(strict names are lower case letters and digits and._ -) {
  for (const char* good : {"a", "7", "alice", "a.b_c-d", "0x", "a-"})
    CAF_CHECK_EQUAL(strict(good), "");
  CAF_CHECK_EQUAL(strict(std::string(63, 'a')), "");
}

CAF_TEST(a refusal says why and what would do) {
  CAF_CHECK_EQUAL(strict(""), "the name is empty");
  CAF_CHECK_EQUAL(strict(std::string(64, 'a')),
                  "64 bytes, at most 63 are allowed");
  CAF_CHECK_EQUAL(strict("Alice"),
                  "no upper case letters are allowed (try alice)");
  CAF_CHECK_EQUAL(strict("alice smith"),
                  "no blanks are allowed (try alice-smith)");
  CAF_CHECK_EQUAL(strict(" Alice\t"), "no blanks are allowed (try alice)");
  CAF_CHECK_EQUAL(strict("Ali/ce"), "no upper case letters are allowed");
  CAF_CHECK_EQUAL(strict(" "), "no blanks are allowed");
  CAF_CHECK_EQUAL(strict("-a"), "it must begin with a letter or a digit");
  CAF_CHECK_EQUAL(strict("a/b"), "only a-z 0-9 . _ - are allowed, not /");
  CAF_CHECK_EQUAL(strict("a\x01"), "only a-z 0-9 . _ - are allowed, not \\x01");
  CAF_CHECK_EQUAL(strict("z\xc3\xbcrich"), "only a-z 0-9 . _ - are allowed");
}

CAF_TEST(any name goes under the other policy but an endless one) {
  for (const char* good : {"", "Alice Smith", "a\x01", "z\xc3\xbcrich", "\xff"})
    CAF_CHECK_EQUAL(any(good), "");
  CAF_CHECK_EQUAL(any(std::string(1024, ' ')), "");
  CAF_CHECK_EQUAL(any(std::string(1025, ' ')),
                  "1025 bytes, at most 1024 are allowed");
}

CAF_TEST(a refusal is printable and its hint is a good name) {
  HYPER_PROPERTY("any bytes", [](const std::string& name) {
    auto reason = objection(name_policy::strict, name);
    if (!reason)
      return;
    for (char c : *reason)
      RC_ASSERT(c >= ' ' && c <= '~');
    auto at = reason->find("(try ");
    if (at == std::string::npos)
      return;
    auto hint = reason->substr(at + 5, reason->size() - at - 6);
    RC_ASSERT(!objection(name_policy::strict, hint));
  });
}
