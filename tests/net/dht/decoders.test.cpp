#define CAF_SUITE net_dht_decoders

// Every decoder of HyperDHT on cut and spoiled recorded bytes: it gives a value
// or an error, and a value that it gives survives being written and read again.

#include "net/dht/announce.hpp"
#include "net/dht/blind_relay.hpp"
#include "net/dht/envelope.hpp"
#include "net/dht/noise_payload.hpp"
#include "net/dht/punch_payload.hpp"
#include "net/dht/stored_value.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;

namespace {

/// Reads; what was read must be read again from what it is written as.
template <class Decode>
void probe(Decode decode, base::bytes_view raw) {
  auto value = decode(raw);
  if (!value)
    return;
  auto again = decode(dht::encode(*value));
  CAF_REQUIRE(again.ok());
  CAF_REQUIRE(*again == *value);
}

void probe_noise_payload(base::bytes_view raw) {
  auto value = dht::decode_noise_payload(raw);
  if (value && value->version == 1)
    probe(dht::decode_noise_payload, raw);
}

void probe_punch_payload(base::bytes_view raw) {
  auto value = dht::decode_punch_payload(raw);
  if (value && value->round < dht::punch_round_limit)
    probe(dht::decode_punch_payload, raw);
}

void probe_record(base::bytes_view raw) {
  probe([](base::bytes_view r) { return dht::decode_peer_record(r); }, raw);
}

void probe_all(base::bytes_view raw) {
  probe_record(raw);
  probe(dht::decode_lookup_reply, raw);
  probe(dht::decode_announce, raw);
  probe([](base::bytes_view r) { return dht::decode_mutable_put(r); }, raw);
  probe([](base::bytes_view r) { return dht::decode_mutable_value(r); }, raw);
  probe(dht::decode_handshake_envelope, raw);
  probe(dht::decode_punch_envelope, raw);
  probe_noise_payload(raw);
  probe_punch_payload(raw);
  probe(dht::decode_relay_pair, raw);
  probe(dht::decode_relay_unpair, raw);
}

} // namespace

CAF_TEST(recorded bytes cut and spoiled) {
  auto file = test::load_vectors("hyperdht.json");
  const auto& cases = file.at("truncation").as_object().at("cases").as_array();
  for (const auto& entry : cases)
    test::mutate(test::hex(entry.as_object().at("hex")), 0, probe_all);
  for (const auto& entry : file.at("noisePayloads").as_array())
    test::mutate(test::hex(entry.as_object().at("hex")), 0,
                 probe_noise_payload);
  for (const auto& entry : file.at("hostile").as_array())
    probe_all(test::hex(entry.as_object().at("hex")));
}

CAF_TEST(sealed payloads cut and spoiled never open) {
  auto file = test::load_vectors("hyperdht.json");
  const auto& all =
      file.at("holepunchPayloads").as_object().at("cases").as_array();
  for (const auto& entry : all) {
    auto secret = test::fixed_hex<32>(entry.as_object().at("secret"));
    test::mutate(test::hex(entry.as_object().at("wire")), 200,
                 [&](base::bytes_view bad) {
                   CAF_REQUIRE(!dht::open_punch(secret, bad).ok());
                 });
  }
}

CAF_TEST(anything at all) {
  HYPER_PROPERTY("no decoder trips",
                 [](const base::bytes& raw) { probe_all(raw); });
}
