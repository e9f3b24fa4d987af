#define CAF_SUITE noise_handshake

#include "net/noise/handshake.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::noise;

namespace {

static_key numbered_key(std::uint8_t number) {
  return make_static(base::make_key_pair(base::seed{number}));
}

struct pair_of_sides {
  explicit pair_of_sides(pattern which, base::bytes_view prologue = {})
      : initiator{which, role::initiator, numbered_key(1), prologue,
                  numbered_key(2).pair.pub},
        responder{which, role::responder, numbered_key(2), prologue} {}

  base::bytes write(base::bytes_view payload = {}) {
    auto& from = initiator.our_turn() ? initiator : responder;
    return *from.write(chance, payload);
  }

  handshake& waiting() { return initiator.our_turn() ? responder : initiator; }

  // Both sides take turns until nobody has anything to say.
  void run() {
    while (!initiator.finished() || !responder.finished()) {
      auto& to = waiting();
      CAF_REQUIRE(to.read(write()).ok());
    }
  }

  base::seeded_entropy chance{1};
  handshake initiator;
  handshake responder;
};

const auto both_patterns = {pattern::xx, pattern::ik};

base::errc code_of(const base::result<base::bytes>& outcome) {
  CAF_REQUIRE(!outcome.ok());
  return outcome.failure().code;
}

} // namespace

CAF_TEST(both sides end with the same hash and crossed keys) {
  for (auto which : both_patterns) {
    pair_of_sides sides{which};
    sides.run();
    const auto& ours = sides.initiator.outcome();
    const auto& theirs = sides.responder.outcome();
    CAF_CHECK(ours.handshake_hash == theirs.handshake_hash);
    CAF_CHECK(ours.tx == theirs.rx && ours.rx == theirs.tx);
    CAF_CHECK(ours.tx != ours.rx);
    CAF_CHECK(ours.remote == theirs.local && ours.local == theirs.remote);
    CAF_CHECK(ours.is_initiator && !theirs.is_initiator);
  }
}

CAF_TEST(payloads arrive and lengths are those of the document) {
  auto payload = base::to_bytes("payload");
  pair_of_sides xx{pattern::xx};
  for (auto length : {32u, 96u, 64u}) {
    auto& to = xx.waiting();
    auto message = xx.write(payload);
    CAF_CHECK_EQUAL(message.size(), length + payload.size());
    CAF_CHECK(*to.read(message) == payload);
  }
  pair_of_sides ik{pattern::ik};
  for (auto length : {96u, 48u}) {
    auto& to = ik.waiting();
    auto message = ik.write(payload);
    CAF_CHECK_EQUAL(message.size(), length + payload.size());
    CAF_CHECK(*to.read(message) == payload);
  }
}

CAF_TEST(the remote key is known when its message has been read) {
  pair_of_sides xx{pattern::xx};
  CAF_CHECK(!xx.initiator.remote_key());
  CAF_REQUIRE(xx.responder.read(xx.write()).ok());
  CAF_CHECK(!xx.responder.remote_key());
  CAF_REQUIRE(xx.initiator.read(xx.write()).ok());
  CAF_CHECK(xx.initiator.remote_key() == numbered_key(2).pair.pub);
  pair_of_sides ik{pattern::ik};
  CAF_REQUIRE(ik.responder.read(ik.write()).ok());
  CAF_CHECK(ik.responder.remote_key() == numbered_key(1).pair.pub);
}

CAF_TEST(a copy can fail without harm to the original) {
  pair_of_sides ik{pattern::ik};
  CAF_REQUIRE(ik.responder.read(ik.write()).ok());
  auto message = ik.write();
  auto forged = message;
  forged.back() ^= 1;
  auto trial = ik.initiator;
  CAF_CHECK(code_of(trial.read(forged)) == base::errc::unauthorized);
  CAF_CHECK(ik.initiator.read(message).ok());
  CAF_CHECK(ik.initiator.finished());
}

CAF_TEST(a failed handshake is spent and wiped) {
  pair_of_sides ik{pattern::ik};
  auto message = ik.write();
  auto forged = message;
  forged[40] ^= 1;
  CAF_CHECK(!ik.responder.read(forged).ok());
  CAF_CHECK(ik.responder.failed());
  CAF_CHECK(code_of(ik.responder.read(message)) == base::errc::closed);
  base::seeded_entropy chance{2};
  CAF_CHECK(code_of(ik.responder.write(chance, {})) == base::errc::closed);
  CAF_CHECK(!ik.responder.symmetric().key());
  CAF_CHECK(ik.responder.symmetric().chaining_key() == base::fixed_bytes<64>{});
}

CAF_TEST(different prologues do not meet) {
  pair_of_sides here{pattern::ik, base::as_bytes("here")};
  pair_of_sides there{pattern::ik, base::as_bytes("there")};
  CAF_CHECK(code_of(there.responder.read(here.write())) ==
            base::errc::unauthorized);
}

CAF_TEST(a bad ephemeral key is accepted and fails the answer) {
  pair_of_sides xx{pattern::xx};
  base::bytes zero(32);
  CAF_CHECK(xx.responder.read(zero).ok());
  auto answer = xx.responder.write(xx.chance, {});
  CAF_CHECK(code_of(answer) == base::errc::unauthorized);
}

CAF_TEST(a message out of turn is the fault of the remote) {
  pair_of_sides xx{pattern::xx};
  CAF_CHECK(code_of(xx.initiator.read(base::bytes(32))) ==
            base::errc::malformed);
  pair_of_sides done{pattern::ik};
  done.run();
  CAF_CHECK(code_of(done.responder.read(base::bytes(96))) ==
            base::errc::malformed);
}

CAF_TEST(messages above the limit are neither written nor read) {
  pair_of_sides xx{pattern::xx};
  auto longest = xx.initiator;
  CAF_CHECK(longest.write(xx.chance, base::bytes(message_max - 96)).ok());
  CAF_CHECK(
      code_of(xx.initiator.write(xx.chance, base::bytes(message_max - 95))) ==
      base::errc::limit);
  CAF_CHECK(code_of(xx.responder.read(base::bytes(message_max + 1))) ==
            base::errc::malformed);
}

CAF_TEST(no prefix and no flipped bit of a sealed message is accepted) {
  for (auto which : both_patterns) {
    pair_of_sides sides{which};
    if (which == pattern::xx) // the first message of XX is not sealed
      CAF_REQUIRE(sides.responder.read(sides.write()).ok());
    while (!sides.responder.finished()) {
      auto& to = sides.waiting();
      auto message = sides.write(base::as_bytes("payload"));
      test::mutate(message, 40, [&](base::bytes_view bad) {
        auto trial = to;
        CAF_CHECK(!trial.read(bad).ok());
      });
      CAF_REQUIRE(to.read(message).ok());
    }
  }
}

CAF_TEST(property) {
  HYPER_PROPERTY("any payloads survive both patterns",
                 [](const base::bytes& first, const base::bytes& second) {
                   for (auto which : both_patterns) {
                     pair_of_sides sides{which};
                     auto payloads = {first, second};
                     for (const auto& payload : payloads) {
                       auto& to = sides.waiting();
                       RC_ASSERT(*to.read(sides.write(payload)) == payload);
                     }
                   }
                 });
}
