#define CAF_SUITE net_dht_message

#include "net/dht/message.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::dht;

namespace {

base::bytes hex(std::string_view text) {
  return *base::from_hex(text);
}

request sample_request() {
  request out;
  out.tid = 0x1234;
  out.to = {{127, 0, 0, 1}, 30001};
  out.command = internal::ping;
  return out;
}

} // namespace

CAF_TEST(the worked example of the documentation) {
  CAF_CHECK_EQUAL(base::to_hex(encode(sample_request())),
                  "030434127f000001317500");
  response answer;
  answer.tid = 0x1234;
  answer.to = {{127, 0, 0, 1}, 5000};
  CAF_CHECK_EQUAL(base::to_hex(encode(answer)), "130034127f0000018813");
}

CAF_TEST(absent parts have no flag) {
  auto raw = encode(response{});
  CAF_CHECK_EQUAL(raw.size(), 10u);
  CAF_CHECK_EQUAL(raw[1], 0);
}

CAF_TEST(an empty value reads as none) {
  auto got = decode(hex("031434127f00000131750000"));
  CAF_REQUIRE(got.ok());
  CAF_CHECK(std::get<request>(*got) == sample_request());
}

CAF_TEST(unknown flags and trailing bytes are ignored) {
  auto got = decode(hex("03e434127f000001317500deadbeef"));
  CAF_REQUIRE(got.ok());
  CAF_CHECK(std::get<request>(*got) == sample_request());
}

CAF_TEST(other first bytes are refused) {
  for (auto bad : {"", "00", "02", "0404", "ff01", "2304010020b7562b317500"})
    CAF_CHECK(!decode(hex(bad)).ok());
  auto empty = decode({});
  CAF_CHECK_EQUAL(empty.failure().code, base::errc::malformed);
}

CAF_TEST(an announced list costs no memory) {
  // A million closer nodes are announced, two more than the codec allows are
  // too many, and none is there.
  CAF_CHECK(!decode(hex("130434127f0000018813fe00001000")).ok());
  CAF_CHECK(!decode(hex("130434127f0000018813fe02001000")).ok());
  CAF_CHECK(!decode(hex("130434127f0000018813ffffffffffffff1f00")).ok());
}

CAF_TEST(the vectors cut or with flipped bits never crash) {
  auto file = test::load_vectors("dht-rpc.json");
  for (const auto* kind : {"requests", "responses"})
    for (const auto& entry : file.at(kind).as_array()) {
      auto good = test::hex(entry.at("hex"));
      test::mutate(good, 400, [&](base::bytes_view bad) {
        auto got = decode(bad);
        if (bad.size() < good.size())
          CAF_REQUIRE(!got.ok());
      });
    }
}

CAF_TEST(properties) {
  HYPER_PROPERTY(
      "what decodes is encoded to what decodes to the same",
      [](const base::bytes& middle, bool asks) {
        base::bytes head{asks ? std::uint8_t{0x03} : std::uint8_t{0x13}};
        base::bytes room(400);
        auto got = decode(base::concat(head, middle, room));
        if (!got)
          return;
        std::visit(
            [](const auto& what) {
              auto again = decode(encode(what));
              RC_ASSERT(again.ok());
              RC_ASSERT(std::get<std::decay_t<decltype(what)>>(*again) == what);
            },
            *got);
      });
  HYPER_PROPERTY("a request survives",
                 [](std::uint16_t tid, bool internal, std::uint64_t number,
                    const base::bytes& value) {
                   auto what = sample_request();
                   what.tid = tid;
                   what.command = {internal, number & base::uint_max};
                   what.value = value;
                   what.target = base::blake2b(value);
                   what.token = base::blake2b(*what.target);
                   auto got = decode(encode(what));
                   RC_ASSERT(got.ok() && std::get<request>(*got) == what);
                 });
}
