#define CAF_SUITE mux_frame

#include "net/mux/frame.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::mux;

namespace {

// The messages of a frame as "channel/type/payload" and how it ends.
std::string messages_of(base::bytes_view frame) {
  frame_cursor cursor{frame};
  std::string out;
  while (true) {
    auto next = cursor.next();
    if (!next)
      return out + "! " + next.failure().message;
    if (!*next)
      return out + (cursor.batched() ? "batched" : "single");
    const auto& [channel, type, payload] = **next;
    out += std::to_string(channel) + "/" + std::to_string(type) + "/" +
           base::to_hex(payload) + " ";
  }
}

std::string messages_of_hex(const char* frame) {
  return messages_of(*base::from_hex(frame));
}

} // namespace

CAF_TEST(a frame is one message) {
  CAF_CHECK_EQUAL(messages_of_hex(""), "single");
  CAF_CHECK_EQUAL(messages_of_hex("0100aabb"), "1/0/aabb single");
  CAF_CHECK_EQUAL(messages_of_hex("fdfd0000ff"), "253/0/ff single");
  CAF_CHECK_EQUAL(messages_of_hex("01"),
                  "! mux: frame without channel or type");
}

CAF_TEST(a batch switches channels) {
  CAF_CHECK_EQUAL(messages_of_hex("00000102000103010203000201000001020004"),
                  "1/0/01 1/1/0203 2/0/ 1/0/04 batched");
  CAF_CHECK_EQUAL(messages_of_hex("000001020001"), "1/0/01 single");
  CAF_CHECK_EQUAL(messages_of_hex("000001"), "single");
}

CAF_TEST(a batch that is cut) {
  CAF_CHECK_EQUAL(messages_of_hex("0000"), "! mux: batch without a channel");
  CAF_CHECK_EQUAL(messages_of_hex("00000100"), "! mux: batch is cut");
  CAF_CHECK_EQUAL(messages_of_hex("00000102000100"),
                  "1/0/01 ! mux: batch is cut");
  CAF_CHECK_EQUAL(messages_of_hex("000001400001"), "1/0/01 single");
  CAF_CHECK_EQUAL(messages_of_hex("00000105"), "! mux: item without a type");
}

CAF_TEST(one batch in a batch is read and no more) {
  CAF_CHECK_EQUAL(messages_of_hex("0000000500010200aa"), "1/0/aa single");
  CAF_CHECK_EQUAL(messages_of_hex("0000000800000500010200aa"),
                  "! mux: batches nested too deep");
}

CAF_TEST(thousands of nested batches are no recursion) {
  base::bytes nested{4};
  for (int i = 0; i < 5000; ++i) {
    base::writer out;
    out.uint(0);
    out.uint(0);
    out.uint(nested.size());
    nested = base::concat(out.data(), nested);
  }
  nested.insert(nested.begin(), 0);
  CAF_CHECK(messages_of(nested).starts_with("!"));
}

CAF_TEST(an open message has an id and a handshake or not ) {
  auto raw = *base::from_hex("0104636861740068656c6c6f");
  auto read = decode_open(raw);
  CAF_REQUIRE(read.ok());
  CAF_CHECK_EQUAL(read->number, 1u);
  CAF_CHECK_EQUAL(read->protocol, "chat");
  CAF_CHECK(read->id.empty());
  CAF_CHECK_EQUAL(base::as_text(read->handshake), "hello");
  CAF_CHECK(encode(*read) == raw);
}

CAF_TEST(an open message that is cut or too long is refused) {
  auto cut = decode_open(*base::from_hex("010463686174"));
  CAF_REQUIRE(!cut.ok());
  CAF_CHECK(cut.failure().code == base::errc::malformed);
  open_message longest{1, std::string(protocol_size_max, 'p'), {}, {}};
  CAF_CHECK(decode_open(encode(longest)).ok());
  longest.protocol += 'p';
  auto refused = decode_open(encode(longest));
  CAF_REQUIRE(!refused.ok());
  CAF_CHECK(refused.failure().code == base::errc::limit);
  base::bytes id(id_size_max + 1);
  CAF_CHECK(!decode_open(encode(open_message{1, "p", id, {}})).ok());
  base::bytes handshake(handshake_size_max + 1);
  CAF_CHECK(!decode_open(encode(open_message{1, "p", {}, handshake})).ok());
}

CAF_TEST(mutated frames are read without harm) {
  for (const auto* good :
       {"00000102000103010203000201000001020004", "0000000500010200aa",
        "0000000800000500010200aa", "0100aabb"})
    test::mutate(*base::from_hex(good), 0, [](base::bytes_view bad) {
      messages_of(bad);
      (void)decode_open(bad);
      (void)decode_number(bad);
    });
}

CAF_TEST(property) {
  HYPER_PROPERTY("any message survives a frame",
                 [](std::uint32_t channel, std::uint32_t type,
                    const base::bytes& payload) {
                   item message{std::uint64_t{channel} + 1, type, payload};
                   auto frame = encode_frame(message);
                   auto found = **frame_cursor{frame}.next();
                   RC_ASSERT(found.channel == message.channel);
                   RC_ASSERT(found.type == type);
                   RC_ASSERT(base::equal(found.payload, payload));
                 });
}
