#define CAF_SUITE bee_keys

#include "store/bee/keys.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::bee;

namespace {

bool comes_first(const std::string& left, const std::string& right) {
  return base::less(encode_name(left), encode_name(right));
}

} // namespace

CAF_TEST(a key is the name with its length in front) {
  CAF_CHECK_EQUAL(base::to_hex(encode_name("bob")), "03626f62");
  CAF_CHECK_EQUAL(base::to_hex(encode_name("")), "00");
  auto key = encode_name("bob");
  CAF_CHECK(*decode_name(key) == "bob");
}

CAF_TEST(the order is by length and long lengths by their low byte first) {
  CAF_CHECK(comes_first("z", "aa"));
  CAF_CHECK(comes_first("aa", "zz"));
  CAF_CHECK(comes_first(std::string(252, 'z'), std::string(300, 'a')));
  CAF_CHECK(comes_first(std::string(300, 'a'), std::string(253, 'a')));
  CAF_CHECK(comes_first(std::string(300, 'a'), std::string(556, 'a')));
}

CAF_TEST(a key that lacks bytes has no name) {
  CAF_CHECK(!decode_name(*base::from_hex("0361")).ok());
  CAF_CHECK(!decode_name({}).ok());
}

CAF_TEST(only what encode_name gives is canonical) {
  CAF_CHECK(is_canonical_key(encode_name("")));
  CAF_CHECK(is_canonical_key(encode_name(std::string(1024, 'x'))));
  CAF_CHECK(!is_canonical_key(*base::from_hex("016161")));
  CAF_CHECK(!is_canonical_key(*base::from_hex("fd010061")));
  CAF_CHECK(!is_canonical_key(*base::from_hex("0261")));
  CAF_CHECK(!is_canonical_key({}));
}

CAF_TEST(names of any bytes survive) {
  HYPER_PROPERTY("name", [](const std::string& name) {
    auto key = encode_name(name);
    RC_ASSERT(is_canonical_key(key));
    RC_ASSERT(*decode_name(key) == name);
    auto head = key_head(key);
    RC_ASSERT(head.size() + name.size() == key.size());
  });
  HYPER_PROPERTY("whatever is canonical is encoded again to the same bytes",
                 [](const base::bytes& raw) {
                   if (is_canonical_key(raw))
                     RC_ASSERT(encode_name(*decode_name(raw)) == raw);
                 });
}

CAF_TEST(an owner is the first 32 bytes of a value) {
  base::bytes value(33, 1);
  CAF_CHECK(*decode_owner(value) == base::take<32>(value));
  value.resize(32);
  CAF_CHECK(decode_owner(value).ok());
  value.resize(31);
  CAF_CHECK(!decode_owner(value).ok());
  CAF_CHECK(!decode_owner(std::nullopt).ok());
}

CAF_TEST(what comes behind a prefix) {
  CAF_CHECK_EQUAL(base::to_hex(*after_prefix(*base::from_hex("0361"))), "0362");
  CAF_CHECK_EQUAL(base::to_hex(*after_prefix(*base::from_hex("03ff"))), "04");
  CAF_CHECK(!after_prefix(*base::from_hex("ffff")));
  CAF_CHECK(!after_prefix({}));
}
