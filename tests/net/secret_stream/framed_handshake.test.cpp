#define CAF_SUITE secret_stream_framed_handshake

#include "net/secret_stream/framed_handshake.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using secret_stream::framed_handshake;

namespace {

noise::static_key key_of(std::uint8_t seed) {
  base::seed from{};
  from.fill(seed);
  return noise::make_static(base::make_key_pair(from));
}

struct pair_of_handshakes {
  base::seeded_entropy chance{3};
  noise::static_key a = key_of(1);
  noise::static_key b = key_of(2);
  framed_handshake first{noise::role::initiator, a, chance};
  framed_handshake second{noise::role::responder, b, chance};

  /// Carries bytes in chunks of that many until nobody has anything to say.
  void run(std::size_t chunk) {
    for (bool more = true; more;) {
      more = carry(first, second, chunk);
      more = carry(second, first, chunk) || more;
    }
  }

  static bool carry(framed_handshake& from, framed_handshake& to,
                    std::size_t chunk) {
    auto out = from.poll_transmit();
    if (!out)
      return false;
    for (base::bytes_view rest{*out}; !rest.empty();) {
      auto part = rest.first(std::min(chunk, rest.size()));
      rest = rest.subspan(part.size());
      CAF_REQUIRE(to.handle_bytes(part).ok());
    }
    return true;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(framed_handshake_tests, pair_of_handshakes)

CAF_TEST(both sides prove their keys however the bytes are cut) {
  for (std::size_t chunk : {1U, 7U, 1000U}) {
    pair_of_handshakes at;
    at.run(chunk);
    CAF_REQUIRE(at.first.finished());
    CAF_REQUIRE(at.second.finished());
    CAF_CHECK(at.first.outcome().remote == at.b.pair.pub);
    CAF_CHECK(at.second.outcome().remote == at.a.pair.pub);
    CAF_CHECK(at.first.outcome().handshake_hash ==
              at.second.outcome().handshake_hash);
    CAF_CHECK(at.first.take_rest().empty());
  }
}

CAF_TEST(what comes behind the last message is kept whole) {
  base::bytes last;
  while (!first.finished()) {
    CAF_REQUIRE(second.handle_bytes(*first.poll_transmit()).ok());
    if (auto out = second.poll_transmit()) {
      CAF_REQUIRE(first.handle_bytes(*out).ok());
    }
  }
  last = *first.poll_transmit();
  base::append(last, base::bytes{1, 2, 3});
  CAF_REQUIRE(second.handle_bytes(last).ok());
  CAF_REQUIRE(second.finished());
  CAF_CHECK(second.take_rest() == base::bytes({1, 2, 3}));
}

CAF_TEST(a key that is no sound point gets no answer) {
  base::bytes zero{32, 0, 0};
  zero.resize(35);
  CAF_CHECK(!second.handle_bytes(zero).ok());
  CAF_CHECK(!second.poll_transmit());
}

CAF_TEST(law_L8 a stranger can make it keep little) {
  CAF_CHECK(!second.handle_bytes(base::bytes{0xff, 0xff, 0x7f}).ok());
  pair_of_handshakes other;
  CAF_CHECK(!other.second.handle_bytes(base::bytes{1, 0, 0, 9}).ok());
}

CAF_TEST(damaged messages never finish) {
  HYPER_PROPERTY("damaged messages", [](std::uint64_t seed) {
    base::seeded_entropy where{seed};
    pair_of_handshakes at;
    auto round = where.below(3);
    framed_handshake* sides[] = {&at.first, &at.second};
    for (std::uint64_t i = 0; i < 3; ++i) {
      auto out = sides[i % 2]->poll_transmit();
      RC_ASSERT(out.has_value());
      if (i == round) {
        // Behind the length field: shorter or longer is another test.
        auto bit = 24 + where.below((out->size() - 3) * 8);
        // The top bit of the first point is not part of it.
        (*out)[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      }
      auto heard = sides[(i + 1) % 2]->handle_bytes(*out);
      if (!heard)
        return;
    }
    // A changed first message changes the hash: the second fails at the latest.
    RC_FAIL("nobody has noticed");
  });
}

CAF_TEST_FIXTURE_SCOPE_END()
