#define CAF_SUITE base_crypto

#include "base/aead.hpp"
#include "base/dh.hpp"
#include "base/secretbox.hpp"
#include "base/secretstream.hpp"
#include "base/wipe.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::base;

CAF_TEST(wiped bytes are zero and equality looks at lengths) {
  bytes data{1, 2, 3};
  wipe(data);
  CAF_CHECK(data == bytes(3));
  CAF_CHECK(secret_equal(data, bytes(3)));
  CAF_CHECK(!secret_equal(data, bytes(4)));
  CAF_CHECK(!secret_equal(data, bytes{0, 0, 1}));
}

CAF_TEST(both sides of a multiplication agree) {
  auto a = make_key_pair(seed{1});
  auto b = make_key_pair(seed{2});
  auto ab = diffie_hellman(private_scalar(a), b.pub);
  auto ba = diffie_hellman(private_scalar(b), a.pub);
  CAF_REQUIRE(ab && ba);
  CAF_CHECK(*ab == *ba);
  CAF_CHECK(!diffie_hellman(private_scalar(a), public_key{}));
}

CAF_TEST(a secretstream opens in place and in order) {
  secretstream::header header{7};
  secretstream sender{header, fixed_bytes<32>{9}};
  secretstream receiver{header, fixed_bytes<32>{9}};
  bytes first(5 + secretstream::overhead);
  sender.push(as_bytes("hello"), first);
  bytes second(secretstream::overhead);
  sender.push({}, second);
  auto plain = receiver.pull(first);
  CAF_REQUIRE(plain.has_value());
  CAF_CHECK(as_text(*plain) == "hello");
  CAF_CHECK(plain->data() == first.data() + 1);
  CAF_CHECK(receiver.pull(second)->empty());
  CAF_CHECK(!receiver.pull(second));
}

CAF_TEST(a secretstream seals in place) {
  secretstream::header header{7};
  secretstream apart{header, fixed_bytes<32>{9}};
  secretstream within{header, fixed_bytes<32>{9}};
  bytes want(5 + secretstream::overhead);
  apart.push(as_bytes("hello"), want);
  bytes got(5 + secretstream::overhead);
  std::ranges::copy(as_bytes("hello"), got.begin() + 1);
  within.push(mutable_bytes{got}.subspan(1, 5), got);
  CAF_CHECK(got == want);
}

CAF_TEST(nothing but what was sealed opens) {
  auto text = to_bytes("sealed text");
  auto box = secretbox_seal({1}, {2}, text);
  CAF_CHECK(secretbox_open({1}, {2}, box) == text);
  CAF_CHECK(!secretbox_open({1}, {3}, box));
  auto sealed = aead_seal({1}, 2, as_bytes("with"), text);
  CAF_CHECK(aead_open({1}, 2, as_bytes("with"), sealed) == text);
  CAF_CHECK(!aead_open({1}, 3, as_bytes("with"), sealed));
  CAF_CHECK(!aead_open({1}, 2, as_bytes("other"), sealed));
  auto refuses = [](bytes_view bad) {
    CAF_CHECK(!secretbox_open({1}, {2}, bad));
    CAF_CHECK(!aead_open({1}, 2, as_bytes("with"), bad));
    auto copy = to_bytes(bad);
    CAF_CHECK(!secretstream({1}, fixed_bytes<32>{}).pull(copy));
  };
  test::mutate(box, 0, refuses);
  test::mutate(sealed, 0, refuses);
}
