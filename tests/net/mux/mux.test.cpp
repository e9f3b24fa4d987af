#define CAF_SUITE mux_mux

#include "net/mux/mux.hpp"

#include "tests/net/mux/pair.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using test::mux_pair;
using test::mux_side;

namespace {

using texts = std::vector<std::string>;

const base::bytes id{7};
const base::bytes payload{0xaa, 0xbb};

mux::channel open(mux_side& side, std::string_view protocol = "p",
                  std::string_view handshake = "") {
  auto opened = side.machine.open(protocol, id, base::as_bytes(handshake));
  CAF_REQUIRE(opened.ok());
  return *opened;
}

base::errc code_of(const base::result<mux::channel>& outcome) {
  CAF_REQUIRE(!outcome.ok());
  return outcome.failure().code;
}

// A pair with one open channel, whose handle is the same on both sides.
struct open_pair : mux_pair {
  explicit open_pair(const mux::limits& with = {}) : mux_pair{with} {
    channel = open(a);
    open(b);
    settle();
    a.events.clear();
    b.events.clear();
  }

  mux::channel channel{};
};

std::string failure_of(const mux_side& side) {
  return side.events.empty() ? "" : side.events.back();
}

} // namespace

CAF_TEST(a channel is open when both have asked for it) {
  mux_pair both;
  auto on = open(both.a, "p", "from a");
  open(both.b, "p", "from b");
  CAF_CHECK(!both.a.machine.is_open(on));
  both.settle();
  CAF_CHECK(both.a.events == texts{"opened 1 from b"});
  CAF_CHECK(both.b.events == texts{"opened 1 from a"});
  CAF_CHECK(both.a.machine.is_open(on));
}

CAF_TEST(messages may follow the open in the same flight) {
  mux_pair pair;
  auto on = open(pair.a);
  CAF_REQUIRE(pair.a.machine.send(on, 3, payload).ok());
  open(pair.b);
  pair.settle();
  CAF_CHECK(pair.b.events == texts({"opened 1 ", "message 1/3 aabb"}));
}

CAF_TEST(each side has its own numbers) {
  mux_pair pair;
  open(pair.a, "only a has it");
  auto ours = open(pair.a);
  auto theirs = open(pair.b);
  pair.settle();
  CAF_REQUIRE(pair.a.machine.send(ours, 0, payload).ok());
  CAF_CHECK_EQUAL(pair.a.sent(), "0200aabb");
  CAF_REQUIRE(pair.b.machine.send(theirs, 0, payload).ok());
  CAF_CHECK_EQUAL(pair.b.sent(), "0100aabb");
}

CAF_TEST(what is not offered is rejected and its number free again) {
  mux_pair pair;
  auto refused = open(pair.a);
  pair.settle();
  CAF_CHECK(pair.a.events == texts{"closed 1 rejected"});
  CAF_CHECK(!pair.a.machine.send(refused, 0, payload).ok());
  open(pair.a);
  CAF_CHECK_EQUAL(pair.a.sent(), "00010101700107");
}

CAF_TEST(a wish is accepted and messages held back until then) {
  mux_pair pair;
  pair.b.machine.offered().add("p");
  auto ours = open(pair.a, "p", "from a");
  CAF_REQUIRE(pair.a.machine.send(ours, 0, payload).ok());
  pair.settle();
  CAF_CHECK(pair.b.events == texts{"incoming p 07 from a"});
  CAF_REQUIRE(pair.b.machine.accept(pair.b.wish->wanted).ok());
  pair.settle();
  CAF_CHECK(pair.a.events == texts{"opened 1 "});
  CAF_CHECK(pair.b.events == texts({"incoming p 07 from a", "opened 1 from a",
                                    "message 1/0 aabb"}));
}

CAF_TEST(a wish accepted inside a batch loses nothing behind it) {
  mux_pair pair;
  pair.b.machine.offered().add("p", id);
  pair.b.react = [&](const mux::event& what) {
    if (const auto* asked = std::get_if<mux::incoming>(&what))
      CAF_REQUIRE(pair.b.machine.accept(asked->wanted).ok());
  };
  pair.a.machine.cork();
  auto ours = open(pair.a);
  CAF_REQUIRE(pair.a.machine.send(ours, 0, payload).ok());
  pair.a.machine.uncork();
  pair.settle();
  CAF_CHECK(pair.b.events ==
            texts({"incoming p 07 ", "opened 1 ", "message 1/0 aabb batched"}));
}

CAF_TEST(a wish is rejected) {
  mux_pair pair;
  pair.b.machine.offered().add("p");
  open(pair.a);
  pair.settle();
  pair.b.machine.reject(pair.b.wish->wanted);
  pair.settle();
  CAF_CHECK(pair.a.events == texts{"closed 1 rejected"});
  CAF_CHECK(code_of(pair.b.machine.accept(pair.b.wish->wanted)) ==
            base::errc::closed);
}

CAF_TEST(a wish that is withdrawn frees its number and cannot be accepted) {
  mux_pair pair;
  pair.b.machine.offered().add("p");
  auto ours = open(pair.a);
  pair.settle();
  pair.a.machine.close(ours);
  pair.settle();
  CAF_CHECK(pair.a.events.empty());
  CAF_CHECK(code_of(pair.b.machine.accept(pair.b.wish->wanted)) ==
            base::errc::closed);
  open(pair.a);
  CAF_CHECK_EQUAL(pair.a.sent(), "00010101700107");
}

CAF_TEST(opening what the remote wishes for is accepting it) {
  mux_pair pair;
  pair.b.machine.offered().add("p");
  open(pair.a);
  pair.settle();
  open(pair.b);
  pair.settle();
  CAF_CHECK(pair.a.events == texts{"opened 1 "});
  CAF_CHECK(pair.b.events == texts({"incoming p 07 ", "opened 1 "}));
}

CAF_TEST(an alias pairs with the name) {
  mux_pair pair;
  pair.b.machine.offered().alias("hypercore", "hypercore/alpha");
  open(pair.b, "hypercore/alpha");
  pair.b.feed_hex("000101096879706572636173650107"); // another name
  pair.b.feed_hex("000102096879706572636f72650107");
  CAF_CHECK(pair.b.events == texts{"opened 1 "});
}

CAF_TEST(a close is not answered and frees both numbers) {
  open_pair pair;
  pair.a.machine.close(pair.channel);
  CAF_CHECK(!pair.a.machine.is_open(pair.channel));
  auto late = pair.a.machine.send(pair.channel, 0, payload);
  CAF_REQUIRE(!late.ok());
  CAF_CHECK_EQUAL(late.failure().message, "mux: the channel is closed");
  auto frame = *pair.a.machine.poll_transmit();
  pair.b.feed(frame);
  CAF_CHECK(pair.b.events == texts{"closed 1"});
  CAF_CHECK_EQUAL(pair.b.sent(), "");
  open(pair.a);
  open(pair.b);
  pair.settle();
  CAF_CHECK(pair.a.events == texts{"opened 2 "});
}

CAF_TEST(simultaneous closes are harmless) {
  open_pair pair;
  pair.a.machine.close(pair.channel);
  pair.b.machine.close(pair.channel);
  pair.settle();
  CAF_CHECK(pair.a.events.empty());
  CAF_CHECK(pair.b.events.empty());
}

CAF_TEST(a channel given up early keeps its number until it is answered) {
  mux_pair pair;
  auto ours = open(pair.a);
  pair.a.machine.close(ours);
  auto next = open(pair.a, "q");
  CAF_CHECK(next != ours);
  CAF_CHECK_EQUAL(pair.a.sent(), "00010101700107 000301 00010201710107");
  pair.a.feed_hex("00010101700107"); // crosses our close
  CAF_CHECK(pair.a.events.empty());
  open(pair.a);
  CAF_CHECK_EQUAL(pair.a.sent(), "00010101700107");
}

CAF_TEST(messages for channels that are not open are counted) {
  mux_side side;
  side.feed_hex("0500aa");
  side.feed_hex("0004ff");
  CAF_CHECK(side.events.empty());
  CAF_CHECK_EQUAL(side.machine.statistics().ignored_messages, 1u);
  CAF_CHECK_EQUAL(side.machine.statistics().ignored_controls, 1u);
}

CAF_TEST(wrong numbers end the connection) {
  for (const auto* bad : {"00010001700107", "00010201700107", "000209", "0001",
                          "0002", "0003", "00"}) {
    mux_side side;
    side.feed_hex(bad);
    CAF_CHECK(failure_of(side).starts_with("failed"));
  }
  open_pair pair;
  pair.a.feed_hex("000201"); // a reject of what is open
  CAF_CHECK(
      pair.a.events ==
      texts({"closed 1 ended", "failed mux: reject of nothing we asked for"}));
  CAF_CHECK(code_of(pair.a.machine.open("p", id)) == base::errc::closed);
}

CAF_TEST(messages in front of a bad one are delivered) {
  open_pair pair;
  pair.a.feed_hex("0000010300aabb00");
  CAF_CHECK(pair.a.events ==
            texts({"message 1/0 aabb batched", "closed 1 ended",
                   "failed mux: batch is cut"}));
}

CAF_TEST(answers to a batch make one batch) {
  open_pair pair;
  pair.b.react = [&](const mux::event& what) {
    if (const auto* got = std::get_if<mux::message>(&what))
      CAF_REQUIRE(pair.b.machine.send(got->on, 1, got->payload).ok());
  };
  pair.b.feed_hex("000001020001020002");
  CAF_CHECK_EQUAL(pair.b.sent(), "000001020101020102");
  pair.b.feed_hex("000001020001");
  CAF_CHECK_EQUAL(pair.b.sent(), "010101");
}

CAF_TEST(an answer that takes longer holds its batch) {
  open_pair pair;
  pair.b.react = [&](const mux::event& what) {
    if (std::get_if<mux::message>(&what)->batched)
      pair.b.machine.cork();
  };
  pair.b.feed_hex("000001020001020002");
  for (int i = 0; i < 2; ++i) {
    CAF_CHECK_EQUAL(pair.b.sent(), "");
    CAF_REQUIRE(pair.b.machine.send(pair.channel, 1, {}).ok());
    pair.b.machine.uncork();
  }
  CAF_CHECK_EQUAL(pair.b.sent(), "00000101010101");
}

CAF_TEST(the end closes every channel) {
  open_pair pair;
  pair.a.machine.handle_end();
  pair.a.machine.handle_end();
  pair.a.drain();
  CAF_CHECK(pair.a.events == texts{"closed 1 ended"});
  CAF_CHECK(code_of(pair.a.machine.open("p", id)) == base::errc::closed);
  CAF_CHECK(!pair.a.machine.send(pair.channel, 0, payload).ok());
  pair.a.feed_hex("0100aa");
  CAF_CHECK_EQUAL(pair.a.events.size(), 1u);
}

// --- limits -----------------------------------------------------------------

CAF_TEST(channels of ours are limited) {
  mux::limits few;
  few.channels_max = 2;
  mux_side side{few};
  open(side);
  open(side);
  CAF_CHECK(code_of(side.machine.open("p", id)) == base::errc::limit);
}

CAF_TEST(wishes that wait are limited and more are rejected) {
  mux::limits few;
  few.pairing_max = 2;
  mux_side side{few};
  side.machine.offered().add("p");
  side.feed_hex("000101017000");
  side.feed_hex("000102017000");
  CAF_CHECK_EQUAL(side.sent(), "");
  side.feed_hex("000103017000");
  CAF_CHECK_EQUAL(side.sent(), "000203");
}

CAF_TEST(rejections are limited) {
  mux::limits few;
  few.rejects_max = 2;
  mux_side side{few};
  for (int i = 0; i < 2; ++i)
    side.feed_hex("000101017000");
  CAF_CHECK(side.events.empty());
  side.feed_hex("000101017000");
  CAF_CHECK(side.events == texts{"failed mux: too many rejected opens"});
}

CAF_TEST(numbers of the remote are limited) {
  mux::limits few;
  few.remote_numbers_max = 1;
  mux_side side{few};
  side.feed_hex("000101017000");
  side.feed_hex("000102017000");
  CAF_CHECK(side.events == texts{"failed mux: too many channel numbers"});
}

CAF_TEST(held messages are limited) {
  mux::limits few;
  few.held_bytes_max = 2 * 512 + 2;
  mux_side side{few};
  side.machine.offered().add("p");
  side.feed_hex("000101017000");
  side.feed_hex("0100aa");
  side.feed_hex("0100aa");
  CAF_CHECK_EQUAL(side.events.size(), 1u);
  side.feed_hex("0100");
  CAF_CHECK_EQUAL(failure_of(side),
                  "failed mux: too much for a channel not open");
}

CAF_TEST(messages for nobody are limited) {
  mux::limits few;
  few.ignored_max = 2;
  mux_side side{few};
  side.feed_hex("0500");
  side.feed_hex("0009");
  CAF_CHECK(side.events.empty());
  side.feed_hex("0500");
  CAF_CHECK(side.events == texts{"failed mux: too many messages for nobody"});
}

CAF_TEST(bytes that wait to be sent are limited) {
  mux::limits few;
  few.queued_bytes_max = 10;
  mux_side side{few};
  auto on = open(side);
  side.sent();
  CAF_CHECK(side.machine.send(on, 0, base::bytes(9)).ok());
  auto refused = side.machine.send(on, 0, base::bytes(9));
  CAF_REQUIRE(!refused.ok());
  CAF_CHECK(refused.failure().code == base::errc::limit);
  side.sent();
  CAF_CHECK(side.machine.send(on, 0, base::bytes(9)).ok());
  auto too_long = side.machine.send(on, 0, base::bytes(mux::frame_max));
  CAF_REQUIRE(!too_long.ok());
  CAF_CHECK(too_long.failure().code == base::errc::limit);
}

// --- whatever comes ---------------------------------------------------------

CAF_TEST(mutated frames never break an invariant) {
  const auto frames = {
      "0001020970726f746f636f6c3201070a0b", "000001020001020002",
      "0000000501020170000301020003010200030100", "000301", "000201"};
  for (const auto* good : frames)
    test::mutate(*base::from_hex(good), 0, [](base::bytes_view bad) {
      open_pair pair;
      pair.b.machine.offered().add("p");
      pair.b.feed(bad);
      pair.settle();
    });
}

CAF_TEST(property) {
  HYPER_PROPERTY("both sides agree about what is open, whatever they do",
                 [](const std::vector<std::uint8_t>& steps) {
                   mux_pair pair;
                   std::vector<mux::channel> ours[2];
                   for (auto step : steps) {
                     auto who = step & 1U;
                     auto& side = who == 0 ? pair.a : pair.b;
                     auto& channels = ours[who];
                     if ((step & 2U) != 0)
                       mux_pair::pass_on(side, who == 0 ? pair.b : pair.a);
                     else if ((step & 4U) != 0 || channels.empty())
                       channels.push_back(
                           open(side, (step & 8U) != 0 ? "p" : "q"));
                     else
                       side.machine.close(channels[step % channels.size()]);
                   }
                   pair.settle();
                   std::size_t open_channels[2] = {};
                   for (auto who : {0, 1})
                     for (auto on : ours[who]) {
                       auto& side = who == 0 ? pair.a : pair.b;
                       open_channels[who] += side.machine.is_open(on) ? 1 : 0;
                     }
                   RC_ASSERT(open_channels[0] == open_channels[1]);
                   for (const auto* side : {&pair.a, &pair.b})
                     RC_ASSERT(!failure_of(*side).starts_with("failed"));
                 });
}
