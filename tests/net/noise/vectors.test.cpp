#define CAF_SUITE noise_vectors

#include "tests/support/vectors.hpp"
#include "net/noise/handshake.hpp"
#include "tests/support/scripted_entropy.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::noise;

namespace {

static_key key_of(const test::json::value& row) {
  return make_static(base::make_key_pair(test::fixed_hex<32>(row.at("seed"))));
}

handshake responder_of(const test::json::value& row, pattern which) {
  return {which, role::responder, key_of(row.at("responderStatic")),
          test::hex(row.at("prologue"))};
}

handshake initiator_of(const test::json::value& row, pattern which) {
  auto remote = key_of(row.at("responderStatic")).pair.pub;
  handshake side{which, role::initiator, key_of(row.at("initiatorStatic")),
                 test::hex(row.at("prologue")), remote};
  test::scripted_entropy chance{
      test::hex(row.at("initiatorEphemeral").at("seed"))};
  CAF_REQUIRE(
      side.write(chance, test::hex(row.at("messages").at(0).at("payload")))
          .ok());
  return side;
}

// Long payloads add nothing but time.
constexpr std::size_t message_size_max = 200;

void mutate_message(const handshake& reader, base::bytes_view good,
                    bool sealed) {
  if (good.size() > message_size_max)
    return;
  test::mutate(good, 32, [&](base::bytes_view bad) {
    auto trial = reader;
    auto accepted = trial.read(bad).ok();
    CAF_CHECK(!(sealed && accepted));
  });
}

} // namespace

CAF_TEST(mutated recordings are refused without harm) {
  for (const auto* name : {"noise-xx.json", "noise-ik.json"}) {
    auto file = test::load_vectors(name);
    for (const auto& row : file.at("cases").as_array()) {
      auto which =
          test::text(row.at("pattern")) == "XX" ? pattern::xx : pattern::ik;
      auto message = [&](std::size_t i) {
        return test::hex(row.at("messages").at(i).at("message"));
      };
      mutate_message(responder_of(row, which), message(0),
                     which == pattern::ik);
      mutate_message(initiator_of(row, which), message(1), true);
    }
  }
}
