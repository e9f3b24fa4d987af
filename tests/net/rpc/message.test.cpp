#define CAF_SUITE rpc_message

#include "net/rpc/message.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::rpc;

namespace {

std::string hex_of(const response_message& message) {
  return base::to_hex(encode(message));
}

remote_error error_of(const char* hex) {
  auto raw = *base::from_hex(hex);
  auto message = decode_response(raw);
  CAF_REQUIRE(message.ok());
  return std::get<remote_error>(message->outcome);
}

// What is decoded is encoded again without a loss.
void check_request_round_trip(base::bytes_view raw) {
  auto message = decode_request(raw);
  if (!message)
    return;
  auto again = encode(*message);
  auto second = decode_request(again);
  CAF_REQUIRE(second.ok());
  CAF_CHECK(second->id == message->id && second->method == message->method);
  CAF_CHECK(base::equal(second->value, message->value));
}

void check_response_round_trip(base::bytes_view raw) {
  auto message = decode_response(raw);
  if (!message)
    return;
  auto again = encode(*message);
  auto second = decode_response(again);
  CAF_REQUIRE(second.ok());
  CAF_CHECK(second->id == message->id);
  CAF_CHECK(second->outcome.index() == message->outcome.index());
}

} // namespace

CAF_TEST(a request as the document shows it) {
  auto value = *base::from_hex("066d656c76696e");
  auto raw = encode(request_message{1, "register", value});
  CAF_CHECK_EQUAL(base::to_hex(raw), "01087265676973746572066d656c76696e");
  auto read = decode_request(raw);
  CAF_REQUIRE(read.ok());
  CAF_CHECK_EQUAL(read->id, 1u);
  CAF_CHECK_EQUAL(read->method, "register");
  CAF_CHECK(base::equal(read->value, value));
}

CAF_TEST(responses as the document shows them) {
  auto value = *base::from_hex("024f4b");
  CAF_CHECK_EQUAL(hex_of({1, base::bytes_view{value}}), "0001024f4b");
  CAF_CHECK_EQUAL(hex_of({4, unknown_method("nope")}),
                  "030415556e6b6e6f776e206d6574686f6420276e6f7065270e554e4b4e4f"
                  "574e5f4d4554484f44");
  CAF_CHECK_EQUAL(hex_of({5, decode_error("Out of bounds")}).substr(0, 6),
                  "070518");
  CAF_CHECK_EQUAL(hex_of({6, request_error({"m", "c", "x"})}).substr(0, 4),
                  "0f06");
}

CAF_TEST(flags say which parts an error has) {
  auto bare = error_of("0101016d");
  CAF_CHECK_EQUAL(bare.message, "m");
  CAF_CHECK(!bare.code && !bare.cause);
  CAF_CHECK(!error_of("0301016d0163").cause);
  auto all = error_of("0f01016d0163016101620178");
  CAF_CHECK_EQUAL(*all.code, "c");
  CAF_CHECK(all.cause == error_cause({"a", "b", "x"}));
}

CAF_TEST(flags in every width are read and one byte is written) {
  auto wide = *base::from_hex("fd010001016d");
  auto read = decode_response(wide);
  CAF_REQUIRE(read.ok());
  CAF_CHECK(std::holds_alternative<remote_error>(read->outcome));
  CAF_CHECK_EQUAL(hex_of(*read), "0101016d");
}

CAF_TEST(what is cut is malformed) {
  for (const auto* bad : {"", "01", "010872"})
    CAF_CHECK(!decode_request(*base::from_hex(bad)).ok());
  for (const auto* bad : {"", "00", "0101", "0101026d", "0301016d", "fd01"})
    CAF_CHECK(!decode_response(*base::from_hex(bad)).ok());
}

CAF_TEST(mutated messages are read without harm) {
  auto request = *base::from_hex("01087265676973746572066d656c76696e");
  test::mutate(request, 0, check_request_round_trip);
  auto response = *base::from_hex("0f01016d0163016101620178");
  test::mutate(response, 0, check_response_round_trip);
}

CAF_TEST(property) {
  HYPER_PROPERTY(
      "errors survive a round trip",
      [](std::uint32_t id, bool has_code, bool has_cause, bool has_context) {
        remote_error why{"message", {}, {}};
        if (has_code)
          why.code = "code";
        if (has_cause)
          why.cause = error_cause{"cause", "", {}};
        if (has_cause && has_context)
          why.cause->context = "context";
        auto raw = encode(response_message{id, why});
        auto read = decode_response(raw);
        RC_ASSERT(read->id == id);
        RC_ASSERT(std::get<remote_error>(read->outcome) == why);
      });
}
