#define CAF_SUITE noise_symmetric_state

#include "net/noise/symmetric_state.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using noise::symmetric_state;

CAF_TEST(without a key texts pass in the clear and are hashed all the same) {
  symmetric_state state{"name"};
  auto before = state.hash();
  CAF_CHECK_EQUAL(state.overhead(), 0u);
  CAF_CHECK(state.encrypt_and_hash({}).empty());
  CAF_CHECK(state.hash() != before);
}

CAF_TEST(with a key texts are sealed and the counter rises) {
  symmetric_state here{"name"};
  auto there = here;
  here.mix_key({1});
  there.mix_key({1});
  for (std::uint64_t n = 0; n < 3; ++n) {
    CAF_CHECK_EQUAL(here.nonce(), n);
    auto text = here.encrypt_and_hash(base::as_bytes("text"));
    CAF_CHECK_EQUAL(text.size(), 4 + here.overhead());
    CAF_CHECK(there.decrypt_and_hash(text) == base::to_bytes("text"));
    CAF_CHECK(here.hash() == there.hash());
  }
  here.mix_key({2});
  CAF_CHECK_EQUAL(here.nonce(), 0u);
}

CAF_TEST(splitting gives two keys and leaves only the hash) {
  symmetric_state state{"name"};
  state.mix_key({1});
  auto hash = state.hash();
  auto [first, second] = state.split();
  CAF_CHECK(first != second);
  CAF_CHECK(state.hash() == hash);
  CAF_CHECK(!state.key());
  CAF_CHECK(state.chaining_key() == base::fixed_bytes<64>{});
}
