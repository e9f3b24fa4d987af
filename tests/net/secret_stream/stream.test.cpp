#define CAF_SUITE secret_stream_stream

#include "net/secret_stream/stream.hpp"

#include "tests/net/secret_stream/pair.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::secret_stream;
using test::stream_pair;

namespace {

using texts = std::vector<std::string>;

void say(stream_pair& pair, test::stream_side& from, std::string_view text) {
  CAF_REQUIRE(from.channel.send(pair.now, base::as_bytes(text)).ok());
}

// The bytes that a waits to send, having said the given texts.
base::bytes transmit_of(stream_pair& pair, const texts& said) {
  for (const auto& text : said)
    say(pair, pair.a, text);
  return *pair.a.channel.poll_transmit();
}

} // namespace

CAF_TEST(a finished handshake is open at once and neither side waits) {
  stream_pair pair;
  say(pair, pair.a, "hello");
  say(pair, pair.b, "world");
  pair.settle();
  CAF_CHECK(pair.a.events == texts({"message world"}));
  CAF_CHECK(pair.b.events == texts({"message hello"}));
}

CAF_TEST(the first bytes are a header of 56 bytes) {
  stream_pair pair;
  auto first = *pair.a.channel.poll_transmit();
  CAF_CHECK_EQUAL(first.size(), 59u);
  CAF_CHECK_EQUAL(base::to_hex(base::bytes_view{first}.first(3)), "380000");
}

CAF_TEST(the remote is authenticated by its first message) {
  stream_pair pair;
  pair.settle();
  CAF_CHECK(!pair.b.channel.authenticated());
  say(pair, pair.a, "hello");
  pair.settle();
  CAF_CHECK(pair.b.channel.authenticated());
  CAF_CHECK(!pair.a.channel.authenticated());
}

CAF_TEST(silence is filled and swallowed) {
  stream_pair pair;
  pair.settle();
  pair.now += base::seconds{3};
  say(pair, pair.a, "hello");
  pair.settle();
  auto due = pair.now + base::seconds{5};
  CAF_CHECK(pair.a.channel.poll_timeout() == due);
  pair.a.channel.handle_timeout(due - base::microseconds{1});
  CAF_CHECK(!pair.a.channel.poll_transmit());
  pair.a.channel.handle_timeout(due);
  auto silence = *pair.a.channel.poll_transmit();
  CAF_CHECK_EQUAL(silence.size(), 20u);
  pair.deliver(silence, pair.b);
  CAF_CHECK(pair.b.events == texts({"message hello"}));
  CAF_CHECK_EQUAL(pair.b.channel.statistics().keep_alives_read, 1u);
  CAF_CHECK(pair.a.channel.poll_timeout() == due + base::seconds{5});
}

CAF_TEST(without keep alive there is no timer and empty messages arrive) {
  config limits;
  limits.keep_alive.reset();
  stream_pair pair{limits};
  pair.settle();
  CAF_CHECK(!pair.a.channel.poll_timeout());
  say(pair, pair.a, "");
  pair.settle();
  CAF_CHECK(pair.b.events == texts({"message "}));
}

CAF_TEST(a remote that sends no header is given up) {
  stream_pair pair;
  auto deadline = pair.now + config{}.header_timeout;
  pair.a.channel.handle_timeout(deadline);
  pair.a.drain();
  CAF_CHECK(pair.a.events ==
            texts({"failed secret_stream: no header in time"}));
  CAF_CHECK(!pair.a.channel.is_open());
  CAF_CHECK(!pair.a.channel.poll_timeout());
  CAF_CHECK(!pair.a.channel.poll_transmit());
}

CAF_TEST(messages before the end are delivered and then the end) {
  stream_pair pair;
  say(pair, pair.a, "one");
  say(pair, pair.a, "two");
  auto all = *pair.a.channel.poll_transmit();
  pair.b.channel.handle_bytes(pair.now, all);
  pair.b.channel.handle_end(pair.now);
  pair.b.drain();
  CAF_CHECK(pair.b.events == texts({"message one", "message two", "ended"}));
  CAF_CHECK(!pair.b.channel.poll_timeout());
  CAF_CHECK(pair.b.channel.send(pair.now, base::as_bytes("last")).ok());
}

CAF_TEST(good messages in front of a bad one are delivered) {
  stream_pair pair;
  auto all = transmit_of(pair, {"good", "bad"});
  all.back() ^= 1;
  pair.deliver(all, pair.b);
  CAF_CHECK(pair.b.events ==
            texts({"message good",
                   "failed secret_stream: message does not decrypt"}));
}

CAF_TEST(a frame above the limit ends the stream before it has arrived) {
  config limits;
  limits.frame_max = 100;
  stream_pair pair{limits};
  std::string longest(100 - base::secretstream::overhead, 'x');
  pair.deliver(transmit_of(pair, {longest}), pair.b);
  CAF_CHECK(pair.b.events == texts({"message " + longest}));
  auto all = transmit_of(pair, {longest + "x"});
  pair.deliver(base::bytes_view{all}.first(length_size), pair.b);
  CAF_CHECK_EQUAL(pair.b.events.back(), "failed secret_stream: frame too long");
}

CAF_TEST(a message above the limit is refused and the stream lives) {
  stream_pair pair;
  auto sent = pair.a.channel.send(pair.now, base::bytes(message_max + 1));
  CAF_REQUIRE(!sent.ok());
  CAF_CHECK(sent.failure().code == base::errc::limit);
  say(pair, pair.a, "hello");
  pair.settle();
  CAF_CHECK(pair.b.events == texts({"message hello"}));
}

CAF_TEST(our own header reflected is refused) {
  stream_pair pair;
  pair.deliver(*pair.a.channel.poll_transmit(), pair.a);
  CAF_CHECK_EQUAL(pair.a.events.back(),
                  "failed secret_stream: header of another stream");
}

CAF_TEST(counters follow the original) {
  stream_pair pair;
  pair.settle();
  CAF_CHECK_EQUAL(pair.a.channel.statistics().bytes_written, 0u);
  CAF_CHECK_EQUAL(pair.b.channel.statistics().bytes_read, 0u);
  say(pair, pair.a, "hello");
  pair.settle();
  CAF_CHECK_EQUAL(pair.a.channel.statistics().bytes_written, 25u);
  CAF_CHECK_EQUAL(pair.b.channel.statistics().bytes_read, 22u);
  CAF_CHECK_EQUAL(pair.b.channel.statistics().messages_read, 1u);
}

CAF_TEST(no prefix and no flipped bit delivers anything that was not said) {
  stream_pair source;
  auto all = transmit_of(source, {"first", "second"});
  test::mutate(all, 0, [](base::bytes_view bad) {
    stream_pair pair;
    pair.deliver(bad, pair.b);
    for (const auto& event : pair.b.events)
      CAF_CHECK(event == "message first" || event.starts_with("failed"));
  });
}

CAF_TEST(property) {
  HYPER_PROPERTY("messages keep their order and borders however they are cut",
                 [](const std::vector<std::string>& said, std::uint8_t cut) {
                   config limits;
                   limits.keep_alive.reset();
                   stream_pair pair{limits};
                   pair.chunk = std::size_t{cut} + 1;
                   for (const auto& text : said)
                     say(pair, pair.a, text);
                   pair.settle();
                   texts want;
                   for (const auto& text : said)
                     want.push_back("message " + text);
                   RC_ASSERT(pair.b.events == want);
                 });
}
