#define CAF_SUITE net_dht_value_errand

#include "net/dht/value_errand.hpp"

#include "tests/net/dht/errand_bench.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using dht::command;
using dht::value_errand;

namespace {

struct bench : test::errand_bench {
  base::key_pair key = test::test_keys(1);
  base::bytes value = base::to_bytes("value");

  base::bytes stored(std::uint64_t seq) const {
    return dht::encode(dht::sign_mutable(key, seq, value).content);
  }
};

constexpr dht::value_id id{5};

} // namespace

CAF_TEST(the newest value that the key has signed is found) {
  bench b;
  value_errand get{
      b.place, id, {}, value_errand::get_mutable{b.key.pub, 2}, b.now};
  auto look = b.take_search();
  auto forged = b.stored(9);
  forged.back() ^= 1;
  b.reply(look, b.node(1), b.stored(3));
  b.reply(look, b.node(2), b.stored(4));
  b.reply(look, b.node(3), b.stored(1));
  b.reply(look, b.node(4), forged);
  b.reply(look, b.node(5), {1, 2, 3});
  b.finish(look, {});
  CAF_CHECK(get.is_done());
  CAF_CHECK_EQUAL(b.first<dht::value_found>().seq, 4u);
  CAF_CHECK_EQUAL(b.stats.bad_replies, 2u);
}

CAF_TEST(values that are too old do not count) {
  bench b;
  value_errand get{
      b.place, id, {}, value_errand::get_mutable{b.key.pub, 5}, b.now};
  auto look = b.take_search();
  b.reply(look, b.node(1), b.stored(4));
  b.finish(look, {});
  CAF_CHECK_EQUAL(b.told<dht::value_missing>().size(), 1u);
}

CAF_TEST(the first value with the right hash ends the search) {
  bench b;
  value_errand get{b.place, id, base::blake2b(b.value),
                   value_errand::get_immutable{}, b.now};
  auto look = b.searches.at(0);
  b.reply(look, b.node(1), base::to_bytes("other"));
  b.reply(look, b.node(2), b.value);
  CAF_CHECK(b.searches.empty());
  CAF_CHECK(get.is_done());
  CAF_CHECK(b.first<dht::value_found>().value == b.value);
}

CAF_TEST(a put counts the nodes that took it) {
  bench b;
  value_errand put{b.place, id, base::blake2b(b.value),
                   value_errand::put{command::immutable_get,
                                     command::immutable_put, b.value},
                   b.now};
  b.finish(b.take_search(), {b.node(1), b.node(2), b.node(3)});
  b.answer(b.take(command::immutable_put), {});
  dht::response refusal;
  refusal.error = dht::error_seq_too_low;
  b.answer(b.take(command::immutable_put), refusal);
  CAF_CHECK(!put.is_done());
  b.fail(b.take(command::immutable_put));
  CAF_CHECK(put.is_done());
  CAF_CHECK_EQUAL(b.first<dht::value_stored>().nodes, 1u);
}

CAF_TEST(a put that nobody can take is told) {
  bench b;
  value_errand put{b.place, id, base::blake2b(b.value),
                   value_errand::put{command::immutable_get,
                                     command::immutable_put, b.value},
                   b.now};
  b.finish(b.take_search(), {});
  CAF_CHECK_EQUAL(b.first<dht::value_stored>().nodes, 0u);
}
