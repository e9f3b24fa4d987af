#define CAF_SUITE rpc_rpc

#include "net/rpc/rpc.hpp"

#include "base/text.hpp"
#include "tests/net/rpc/pair.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::rpc;
using test::rpc_pair;
using test::rpc_side;

namespace {

using texts = std::vector<std::string>;

void answer(rpc_side& side, std::size_t number, std::string_view value) {
  side.rpc.answer(side.calls.at(number), base::as_bytes(value));
}

void feed_hex(rpc_side& side, std::string_view frame) {
  auto raw = *base::from_hex(frame);
  side.feed(raw);
}

std::string sent(rpc_side& side) {
  std::string all;
  while (auto frame = side.mux.poll_transmit())
    all += (all.empty() ? "" : " ") + base::to_hex(*frame);
  return all;
}

base::errc code_of(const base::result<request_id>& outcome) {
  CAF_REQUIRE(!outcome.ok());
  return outcome.failure().code;
}

} // namespace

CAF_TEST(answers come in any order) {
  rpc_pair pair;
  pair.a.ask("slow", "one");
  pair.a.ask("fast", "two");
  pair.settle();
  CAF_CHECK(pair.b.events == texts({"called slow one", "called fast two"}));
  answer(pair.b, 1, "2");
  answer(pair.b, 0, "1");
  pair.settle();
  CAF_CHECK(pair.a.events == texts({"2 2", "1 1"}));
  CAF_CHECK_EQUAL(pair.a.rpc.pending_requests(), 0u);
  CAF_CHECK_EQUAL(pair.b.rpc.pending_calls(), 0u);
}

CAF_TEST(both sides may ask) {
  rpc_pair pair;
  pair.a.ask("to b", "");
  pair.b.ask("to a", "");
  pair.settle();
  answer(pair.a, 0, "from a");
  answer(pair.b, 0, "from b");
  pair.settle();
  CAF_CHECK_EQUAL(pair.a.events.back(), "1 from b");
  CAF_CHECK_EQUAL(pair.b.events.back(), "1 from a");
}

CAF_TEST(a request may be sent before the channel is open) {
  rpc_side side;
  CAF_CHECK(side.ask("m", "") == request_id{1});
  CAF_CHECK_EQUAL(sent(side), "0001010c70726f746f6d75782d72706300 010001016d");
}

CAF_TEST(refusals travel as errors) {
  rpc_pair pair;
  pair.a.ask("nope", "");
  pair.settle();
  pair.b.rpc.refuse(pair.b.calls.at(0), unknown_method("nope"));
  pair.settle();
  CAF_CHECK(pair.a.events == texts{"1 UNKNOWN_METHOD: Unknown method 'nope'"});
}

CAF_TEST(events are not answered) {
  rpc_pair pair;
  CAF_REQUIRE(pair.a.rpc.notify("tell", base::as_bytes("it")).ok());
  pair.settle();
  CAF_CHECK(pair.b.events == texts{"notified tell it"});
  CAF_CHECK_EQUAL(pair.b.rpc.pending_calls(), 0u);
}

CAF_TEST(one id used twice is answered twice) {
  rpc_pair pair;
  for (int i = 0; i < 2; ++i)
    feed_hex(pair.b, "010001016d");
  answer(pair.b, 0, "x");
  answer(pair.b, 1, "y");
  answer(pair.b, 1, "never");
  CAF_CHECK_EQUAL(sent(pair.b), "0101000178 0101000179");
}

CAF_TEST(responses that nobody waits for and unknown types are counted) {
  rpc_pair pair;
  feed_hex(pair.a, "0101000900");
  feed_hex(pair.a, "0107ff");
  CAF_CHECK(pair.a.events.empty());
  CAF_CHECK_EQUAL(pair.a.rpc.statistics().stray_responses, 1u);
  CAF_CHECK_EQUAL(pair.a.rpc.statistics().unknown_messages, 1u);
}

CAF_TEST(answers to one batch leave as one batch in the order they are given) {
  rpc_pair pair;
  pair.a.mux.cork();
  pair.a.ask("a", "");
  pair.a.ask("b", "");
  pair.a.mux.uncork();
  pair.settle();
  answer(pair.b, 1, "2");
  CAF_CHECK_EQUAL(sent(pair.b), "");
  answer(pair.b, 0, "1");
  CAF_CHECK_EQUAL(sent(pair.b), "00000104010002320401000131");
}

CAF_TEST(a deadline ends a request and its late answer is nothing) {
  rpc_pair pair;
  base::instant now{};
  pair.a.ask("slow", "", now, base::seconds{2});
  pair.a.ask("patient", "", now);
  pair.settle();
  CAF_CHECK(pair.a.rpc.poll_timeout() == now + base::seconds{2});
  pair.a.rpc.handle_timeout(now + base::seconds{1});
  pair.settle();
  CAF_CHECK(pair.a.events.empty());
  pair.a.rpc.handle_timeout(now + base::seconds{2});
  pair.settle();
  CAF_CHECK(pair.a.events == texts{"1 rpc: no answer in time"});
  CAF_CHECK(!pair.a.rpc.poll_timeout());
  answer(pair.b, 0, "late");
  pair.settle();
  CAF_CHECK_EQUAL(pair.a.events.size(), 1u);
}

CAF_TEST(a closed channel ends every request) {
  rpc_pair pair;
  pair.a.ask("m", "");
  pair.settle();
  pair.b.rpc.close();
  pair.settle();
  CAF_CHECK(pair.a.events == texts({"1 rpc: the channel is closed", "closed"}));
  CAF_CHECK(pair.b.events == texts({"called m ", "closed"}));
  answer(pair.b, 0, "nobody hears it");
  CAF_CHECK_EQUAL(sent(pair.b), "");
  CAF_CHECK(code_of(pair.a.rpc.request({}, "m", {}, {})) == base::errc::closed);
}

CAF_TEST(an end waits for requests and calls) {
  rpc_pair pair;
  pair.a.ask("m", "");
  pair.settle();
  pair.a.rpc.end();
  pair.b.rpc.end();
  pair.settle();
  CAF_CHECK(pair.a.events.empty());
  CAF_CHECK(code_of(pair.a.rpc.request({}, "m", {}, {})) == base::errc::closed);
  answer(pair.b, 0, "done");
  pair.settle();
  CAF_CHECK_EQUAL(pair.a.events.front(), "1 done");
  CAF_CHECK_EQUAL(pair.a.events.back(), "closed");
  CAF_CHECK_EQUAL(pair.b.events.back(), "closed");
}

CAF_TEST(an ending side refuses further calls) {
  rpc_pair pair;
  pair.a.ask("m", "");
  pair.settle();
  pair.b.rpc.end();
  pair.a.ask("n", "");
  pair.settle();
  CAF_CHECK(pair.a.events == texts{"2 REQUEST_ERROR: Request failed"});
}

CAF_TEST(malformed messages are the end) {
  for (const auto* bad : {"0100", "01000108", "0101", "010100", "01010101"}) {
    rpc_pair pair;
    pair.a.ask("m", "");
    feed_hex(pair.a, bad);
    CAF_CHECK_EQUAL(pair.a.events.back(), "failed rpc: Out of bounds");
    CAF_CHECK_EQUAL(pair.a.events.front(), "1 rpc: the channel is closed");
  }
}

CAF_TEST(calls that die release their batch) {
  rpc_pair pair;
  feed_hex(pair.b, "00000104000101610400020162");
  CAF_CHECK_EQUAL(pair.b.calls.size(), 2u);
  answer(pair.b, 0, "x");
  pair.b.rpc.close();
  CAF_CHECK_EQUAL(sent(pair.b), "00000104010001780000020301");
}

// --- limits -----------------------------------------------------------------

CAF_TEST(calls that wait are limited and more are refused at once) {
  limits few;
  few.calls_max = 1;
  rpc_pair pair{few};
  pair.a.ask("m", "");
  pair.a.ask("m", "");
  pair.settle();
  CAF_CHECK_EQUAL(pair.b.calls.size(), 1u);
  CAF_CHECK(pair.a.events == texts{"2 REQUEST_ERROR: Request failed"});
  CAF_CHECK_EQUAL(pair.b.rpc.statistics().calls_refused, 1u);
  answer(pair.b, 0, "x");
  pair.a.ask("m", "");
  pair.settle();
  CAF_CHECK_EQUAL(pair.b.calls.size(), 2u);
}

CAF_TEST(requests of ours are limited) {
  limits few;
  few.requests_max = 1;
  rpc_pair pair{few};
  pair.a.ask("m", "");
  CAF_CHECK(code_of(pair.a.rpc.request({}, "m", {}, {})) == base::errc::limit);
}

CAF_TEST(names of methods are limited and echoed no further) {
  limits few;
  few.method_size_max = 4;
  rpc_pair pair{few};
  feed_hex(pair.b, "01000105"
                   "6162636465");
  CAF_CHECK(pair.b.events.empty());
  auto frame = *pair.b.mux.poll_transmit();
  pair.a.ask("m", "");
  pair.a.feed(frame);
  CAF_CHECK(pair.a.events == texts{"1 UNKNOWN_METHOD: Unknown method 'abcd'"});
  CAF_CHECK(code_of(pair.a.rpc.request({}, "abcde", {}, {})) ==
            base::errc::limit);
}

CAF_TEST(values are limited) {
  limits few;
  few.value_size_max = 2;
  rpc_pair pair{few};
  feed_hex(pair.b, "010001016d"
                   "aabbcc");
  CAF_CHECK(pair.b.events.empty());
  auto refusal = *pair.b.mux.poll_transmit();
  pair.a.ask("m", "");
  pair.a.feed(refusal);
  CAF_CHECK(pair.a.events == texts{"1 REQUEST_ERROR: Request failed"});
  CAF_CHECK(code_of(pair.a.rpc.request({}, "m", base::bytes(3), {})) ==
            base::errc::limit);
  CAF_CHECK(!pair.a.rpc.notify("m", base::bytes(3)).ok());
  pair.a.ask("m", "");
  feed_hex(pair.a, "01010002"
                   "aabbcc");
  CAF_CHECK_EQUAL(pair.a.events.back(), "failed rpc: response too long");
}

CAF_TEST(a remote that never reads is given up) {
  rpc_pair pair;
  for (int i = 0; i < 2000; ++i) {
    feed_hex(pair.b, "010001016d");
    answer(pair.b, pair.b.calls.size() - 1, std::string(60000, 'x'));
    pair.b.pump();
    if (pair.b.events.back().starts_with("failed"))
      break;
  }
  CAF_CHECK_EQUAL(pair.b.events.back(),
                  "failed mux: too much waits to be sent");
}

CAF_TEST(mutated frames never break an invariant) {
  for (const auto* good : {"010001016d0161", "01010f01016d0163016101620178",
                           "00000104000101610400020162"})
    test::mutate(*base::from_hex(good), 0, [](base::bytes_view bad) {
      rpc_pair pair;
      pair.b.ask("m", "");
      pair.b.feed(bad);
      for (auto call : pair.b.calls)
        pair.b.rpc.answer(call, {});
    });
}

CAF_TEST(property) {
  HYPER_PROPERTY("every request ends exactly once",
                 [](const std::vector<std::uint8_t>& steps) {
                   rpc_pair pair;
                   std::size_t asked = 0;
                   for (auto step : steps) {
                     if (step % 3 == 0) {
                       pair.a.ask("m", "");
                       ++asked;
                     } else if (step % 3 == 1 && !pair.b.calls.empty()) {
                       answer(pair.b, step % pair.b.calls.size(), "x");
                     } else {
                       pair.settle();
                     }
                   }
                   pair.a.rpc.close();
                   pair.settle();
                   RC_ASSERT(pair.a.events.size() == asked + 1);
                 });
}
