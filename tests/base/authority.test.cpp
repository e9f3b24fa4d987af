#define CAF_SUITE base_authority

#include "base/authority.hpp"

#include <caf/test/unit_test.hpp>

#include <string>

using namespace hyper;

namespace {

std::string split(std::string_view text) {
  auto parts = base::split_authority(text);
  if (!parts)
    return "none";
  return std::string{parts->host} + "|" + std::string{parts->port};
}

} // namespace

CAF_TEST(a host may have a port) {
  CAF_CHECK_EQUAL(split(""), "|");
  CAF_CHECK_EQUAL(split("a.b-c_d"), "a.b-c_d|");
  CAF_CHECK_EQUAL(split("a:80"), "a|80");
  CAF_CHECK_EQUAL(split("a:"), "a|");
  CAF_CHECK_EQUAL(split("127.0.0.1:1"), "127.0.0.1|1");
  CAF_CHECK_EQUAL(split("[::1]"), "[::1]|");
  CAF_CHECK_EQUAL(split("[::1]:80"), "[::1]|80");
}

CAF_TEST(what is malformed is none) {
  for (const auto* text :
       {":", ":80", "a:b", "a:b:1", "a b", "a/b", "u@a", "a\x1b", "\xff", "[",
        "[]", "[:", "[::1", "[::1]x", "[::1]x:1", "[::1]:x", "[g]", "::1:80"})
    CAF_CHECK_EQUAL(split(text), "none");
}
