#define CAF_SUITE net_replication_handshake

#include "net/replication/handshake.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::replication;

CAF_TEST(capabilities of both roles as recorded) {
  auto file = test::load_vectors("corestore-keys.json");
  for (const auto& one : file.at("capability").as_array()) {
    auto key = test::fixed_hex<32>(one.at("key"));
    auto hash = test::fixed_hex<64>(one.at("handshakeHash"));
    CAF_CHECK_EQUAL(base::to_hex(capability(stream_role::initiator, hash, key)),
                    test::text(one.at("initiator")));
    CAF_CHECK_EQUAL(base::to_hex(capability(stream_role::responder, hash, key)),
                    test::text(one.at("responder")));
  }
}

CAF_TEST(a handshake is one byte of flags and the capability) {
  handshake what{true, base::hash32{7}};
  auto raw = encode(what);
  CAF_CHECK_EQUAL(raw.size(), 33u);
  CAF_CHECK_EQUAL(raw[0], 1u);
  CAF_CHECK(*decode_handshake(raw) == what);
  what.seeks = false;
  raw = encode(what);
  CAF_CHECK_EQUAL(raw[0], 0u);
}

CAF_TEST(a handshake may be longer but not shorter) {
  auto raw = encode(handshake{});
  raw.push_back(0xaa);
  CAF_CHECK(decode_handshake(raw).ok());
  test::mutate(encode(handshake{}), 1, [](base::bytes_view bad) {
    CAF_CHECK(bad.size() == 33 || !decode_handshake(bad).ok());
  });
}
