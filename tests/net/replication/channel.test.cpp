#define CAF_SUITE net_replication_channel

#include "net/replication/channel.hpp"

#include "net/replication/limits.hpp"
#include "tests/net/replication/bench.hpp"
#include "tests/net/replication/recorded.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::replication;
using base::milliseconds;
using base::no_data_reason;
using test::bench;

namespace {

using messages = std::vector<message>;
using remote_sync = replication::sync;

const head ten{0, 10, true};

base::proof_request ask_block(std::uint64_t id, std::uint64_t block,
                              std::uint64_t fork = 0) {
  base::proof_request request;
  request.id = id;
  request.fork = fork;
  request.block = base::proof_target{block, 0};
  return request;
}

base::proof_request ask_upgrade(std::uint64_t id, std::uint64_t start,
                                std::uint64_t length) {
  base::proof_request request;
  request.id = id;
  request.upgrade = base::upgrade_target{start, length};
  return request;
}

base::proof give_block(std::uint64_t id, std::uint64_t block) {
  base::proof proof;
  proof.request = id;
  proof.block = base::block_part{block, {'x'}, {}};
  return proof;
}

base::proof give_upgrade(std::uint64_t id, std::uint64_t start,
                         std::uint64_t length) {
  base::proof proof;
  proof.request = id;
  proof.upgrade = base::upgrade_part{start, length, {}, {}, {'s'}};
  return proof;
}

template <class T>
std::vector<T> only(std::vector<event> all) {
  std::vector<T> out;
  for (auto& one : all)
    if (auto* found = std::get_if<T>(&one))
      out.push_back(std::move(*found));
  return out;
}

} // namespace

// -- opening -----------------------------------------------------------------

CAF_TEST(the right capability opens and the log is announced) {
  bench b{ten};
  CAF_CHECK(b.heard().empty());
  auto open =
      b.ours.handle_open(b.now, b.remote_handshake(stream_role::initiator));
  CAF_CHECK(open.ok());
  CAF_CHECK((b.heard() ==
             messages{remote_sync{0, 10, 0, true, true, true, true, false},
                      range{false, 0, 10}}));
}

CAF_TEST(an empty reader announces no blocks) {
  bench b{head{}};
  CAF_CHECK(
      b.ours.handle_open(b.now, b.remote_handshake(stream_role::initiator))
          .ok());
  CAF_CHECK((b.heard() ==
             messages{remote_sync{0, 0, 0, true, true, true, false, false}}));
}

CAF_TEST(a wrong capability is refused and so is the one of our own role) {
  for (auto bad : {bench{ten}.remote_handshake(stream_role::responder),
                   encode(handshake{true, base::hash32{9}})}) {
    bench b{ten};
    auto open = b.ours.handle_open(b.now, bad);
    CAF_REQUIRE(!open.ok());
    CAF_CHECK(open.failure().code == base::errc::unauthorized);
    CAF_CHECK(!b.ours.is_open());
    CAF_CHECK(b.heard().empty());
  }
}

CAF_TEST(our handshake is what the other side expects) {
  bench b{ten};
  CAF_CHECK(b.ours.handshake() == b.remote_handshake(stream_role::responder));
}

CAF_TEST(messages before the open and after the close are ignored) {
  bench b{ten};
  CAF_CHECK(b.try_say(ask_block(1, 3)).ok());
  b.open();
  CAF_CHECK(b.events().empty());
  b.ours.handle_close(b.now);
  CAF_CHECK(b.try_say(ask_block(1, 3)).ok());
  CAF_CHECK(b.events().empty());
  CAF_CHECK(b.heard().empty());
  CAF_CHECK_EQUAL(b.ours.counters().out_of_place, 2u);
}

// -- announcing --------------------------------------------------------------

CAF_TEST(a shorter remote gets its length back) {
  bench b{ten};
  b.open();
  CAF_CHECK(
      b.try_say(remote_sync{0, 4, 0, true, true, true, true, false}).ok());
  CAF_CHECK((b.heard() ==
             messages{remote_sync{0, 10, 4, true, true, true, true, false}}));
  CAF_CHECK(
      b.try_say(remote_sync{0, 10, 10, false, true, true, true, false}).ok());
  CAF_CHECK(b.heard().empty());
}

CAF_TEST(an append is one sync and one range however often it happened) {
  bench b{ten};
  b.open();
  CAF_CHECK(
      b.try_say(remote_sync{0, 10, 10, false, true, true, true, false}).ok());
  b.ours.announce(b.now, head{0, 11, true}, {10, 1});
  b.ours.announce(b.now, head{0, 15, true}, {11, 4});
  CAF_CHECK((b.heard() ==
             messages{remote_sync{0, 15, 10, true, true, true, true, false},
                      range{false, 0, 15}}));
}

CAF_TEST(a truncation is told as the original tells it) {
  bench b{ten};
  b.open();
  b.say(remote_sync{0, 10, 10, false, true, true, true, false});
  b.heard();
  b.ours.announce(b.now, head{1, 6, true}, {});
  CAF_CHECK((b.heard() ==
             messages{range{true, 6, 4},
                      remote_sync{1, 6, 0, false, true, true, true, false}}));
  b.say(remote_sync{1, 6, 6, false, true, true, true, false});
  b.ours.announce(b.now, head{1, 9, true}, {6, 3});
  CAF_CHECK((b.heard() ==
             messages{remote_sync{1, 9, 6, true, true, true, true, false},
                      range{false, 0, 9}}));
}

CAF_TEST(a want is answered with the whole log) {
  bench b{ten};
  b.open();
  CAF_CHECK(b.try_say(want{0, want_length_max, false}).ok());
  CAF_CHECK((b.heard() == messages{range{false, 0, 10}}));
  CAF_CHECK(b.try_say(unwant{0, want_length_max, false}).ok());
  CAF_CHECK(b.heard().empty());
}

CAF_TEST(neither side downloads) {
  bench b{ten, false};
  b.open();
  b.say(remote_sync{0, 10, 10, false, true, true, true, false});
  CAF_CHECK(only<idle>(b.events()).empty());
  b.say(remote_sync{0, 10, 10, false, true, false, true, false});
  CAF_CHECK_EQUAL(only<idle>(b.events()).size(), 1u);
}

CAF_TEST(a change of mind is told) {
  bench b{ten};
  b.open();
  b.ours.set_downloading(b.now, false);
  CAF_CHECK((b.heard() ==
             messages{remote_sync{0, 10, 0, true, true, false, true, false}}));
  b.ours.set_downloading(b.now, false);
  CAF_CHECK(b.heard().empty());
}

// -- answering ---------------------------------------------------------------

CAF_TEST(a request reaches the owner and its answer the remote) {
  bench b{ten};
  b.open();
  b.say(ask_block(7, 3));
  CAF_CHECK((b.wanted() == std::vector{ask_block(7, 3)}));
  b.ours.answer(b.now, give_block(7, 3));
  CAF_CHECK((b.heard() == messages{give_block(7, 3)}));
  b.ours.answer(b.now, give_block(7, 3));
  CAF_CHECK(b.heard().empty());
  CAF_CHECK_EQUAL(b.ours.counters().stale_answers, 1u);
}

CAF_TEST(what is not there is refused without asking the owner) {
  bench b{ten};
  b.open();
  b.say(ask_block(1, 10));
  b.say(ask_block(2, 3, 1));
  CAF_CHECK(b.wanted().empty());
  CAF_CHECK((b.heard() == messages{no_data{1, no_data_reason::not_available},
                                   no_data{2, no_data_reason::not_available}}));
}

CAF_TEST(a cancelled request is not answered) {
  bench b{ten};
  b.open();
  b.say(ask_block(7, 3));
  CAF_CHECK_EQUAL(b.wanted().size(), 1u);
  b.say(cancel{7});
  b.say(cancel{99});
  b.ours.answer(b.now, give_block(7, 3));
  CAF_CHECK(b.heard().empty());
}

CAF_TEST(of two requests with one number the newer is answered) {
  bench b{ten};
  b.open();
  b.say(ask_block(7, 3));
  b.say(ask_block(7, 4));
  CAF_CHECK((b.wanted() == std::vector{ask_block(7, 4)}));
  b.ours.answer(b.now, give_block(7, 3));
  b.ours.answer(b.now, give_block(7, 4));
  CAF_CHECK((b.heard() == messages{give_block(7, 4)}));
}

CAF_TEST(request 0 is answered like any other) {
  bench b{ten};
  b.open();
  b.say(ask_upgrade(0, 0, 10));
  CAF_CHECK_EQUAL(b.wanted().size(), 1u);
  b.ours.answer(b.now, give_upgrade(0, 0, 10));
  CAF_CHECK_EQUAL(b.heard().size(), 1u);
}

CAF_TEST(impossible requests are refused with delays) {
  bench b{ten};
  b.open();
  for (std::uint64_t id = 1; id <= 3; ++id)
    CAF_CHECK(b.try_say(ask_upgrade(id, 0, 11)).ok());
  CAF_CHECK(b.wanted().empty());
  CAF_CHECK(b.heard().empty());
  CAF_CHECK(b.ours.poll_timeout() == b.now + milliseconds{200});
  b.now += milliseconds{200};
  b.ours.handle_timeout(b.now);
  CAF_CHECK(
      (b.heard() == messages{no_data{1, no_data_reason::invalid_request}}));
  CAF_CHECK(b.ours.poll_timeout() == b.now + milliseconds{300});
  b.now += milliseconds{300};
  b.ours.handle_timeout(b.now);
  CAF_CHECK_EQUAL(b.heard().size(), 2u);
  CAF_CHECK(!b.ours.poll_timeout().has_value());
}

CAF_TEST(law_L8_the 64th impossible request ends the stream) {
  bench b{ten};
  b.open();
  for (std::uint64_t id = 1; id < refusals_max; ++id)
    CAF_REQUIRE(b.try_say(ask_upgrade(id, 0, 11)).ok());
  auto last = b.try_say(ask_upgrade(refusals_max, 0, 11));
  CAF_REQUIRE(!last.ok());
  CAF_CHECK(last.failure().code == base::errc::refused);
  CAF_CHECK(!b.ours.is_open());
  CAF_CHECK(!b.ours.poll_timeout().has_value());
}

CAF_TEST(the hash of a node past the end ends the stream) {
  bench b{ten};
  b.open();
  base::proof_request request;
  request.hash = base::proof_target{40, 0};
  CAF_CHECK(!b.try_say(request).ok());
  CAF_CHECK(!b.ours.is_open());
}

CAF_TEST(the owner may refuse as well) {
  bench b{ten};
  b.open();
  b.say(ask_block(1, 3));
  b.wanted();
  CAF_CHECK(b.ours.refuse(b.now, 1, no_data_reason::not_available).ok());
  CAF_CHECK(b.ours.refuse(b.now, 9, no_data_reason::not_available).ok());
  CAF_CHECK((b.heard() == messages{no_data{1, no_data_reason::not_available}}));
}

CAF_TEST(law_L8_a remote that asks without end is cut off) {
  bench b{ten};
  b.open();
  for (std::uint64_t id = 0; id < requests_waiting_max; ++id)
    CAF_REQUIRE(b.try_say(ask_block(id, 3)).ok());
  CAF_CHECK_EQUAL(b.wanted().size(), requests_in_work_max);
  auto last = b.try_say(ask_block(requests_waiting_max, 3));
  CAF_REQUIRE(!last.ok());
  CAF_CHECK(last.failure().code == base::errc::limit);
}

CAF_TEST(law_L8_a remote that does not read gets no more answers made) {
  bench b{ten};
  b.open();
  for (std::uint64_t id = 0; id < 16; ++id)
    b.say(ask_block(id, 3));
  std::size_t made = 0;
  while (auto one = b.ours.poll_event()) {
    auto proof = give_block(std::get<wanted>(*one).request.id, 3);
    proof.block->value.resize(1024 * 1024);
    b.ours.answer(b.now, std::move(proof));
    ++made;
  }
  CAF_CHECK_EQUAL(made, answer_bytes_waiting_max / (1024 * 1024));
  CAF_CHECK_EQUAL(b.heard().size(), made);
  CAF_CHECK_EQUAL(b.wanted().size(), 16 - made);
}

CAF_TEST(law_L9_nothing beyond the announced length goes out) {
  bench b{ten};
  b.open();
  b.say(ask_block(1, 10));
  CAF_CHECK(b.wanted().empty());
  b.say(ask_upgrade(2, 4, 6));
  CAF_CHECK_EQUAL(b.wanted().size(), 1u);
  b.heard();
  // The owner has 12 blocks by now and says so in the additional nodes.
  auto proof = give_upgrade(2, 4, 6);
  proof.upgrade->additional_nodes.push_back({21, 2, {}});
  b.ours.answer(b.now, proof);
  CAF_CHECK(b.heard().empty());
  b.ours.announce(b.now, head{0, 11, true}, {10, 1});
  CAF_CHECK_EQUAL(b.heard().size(), 2u); // sync, range
  b.ours.announce(b.now, head{0, 12, true}, {11, 1});
  auto heard = b.heard();
  CAF_REQUIRE_EQUAL(heard.size(), 3u);
  CAF_CHECK((heard[2] == message{proof}));
}

CAF_TEST(an answer that waits falls with its request) {
  bench b{ten};
  b.open();
  b.say(ask_upgrade(2, 4, 6));
  b.wanted();
  b.ours.answer(b.now, give_upgrade(2, 4, 7));
  b.say(cancel{2});
  b.ours.announce(b.now, head{0, 12, true}, {10, 2});
  CAF_CHECK_EQUAL(b.heard().size(), 2u);
}

// -- asking ------------------------------------------------------------------

CAF_TEST(an answer comes with the request that it answers) {
  bench b{head{}};
  b.open();
  CAF_CHECK(b.ours.request(b.now, ask_block(1, 3)));
  CAF_CHECK((b.heard() == messages{ask_block(1, 3)}));
  b.say(give_block(1, 3));
  auto got = only<received>(b.events());
  CAF_REQUIRE_EQUAL(got.size(), 1u);
  CAF_CHECK(got[0].asked == ask_block(1, 3));
  CAF_CHECK(got[0].proof == give_block(1, 3));
}

CAF_TEST(law_L6_what nobody asked for is dropped) {
  bench b{head{}};
  b.open();
  b.say(give_block(1, 3));
  b.say(no_data{1, no_data_reason::not_available});
  CAF_CHECK(b.events().empty());
  CAF_CHECK_EQUAL(b.ours.counters().unasked_data, 2u);
}

CAF_TEST(law_L6_another block or fork than asked for is no data) {
  for (auto bad : {give_block(1, 4), give_upgrade(1, 0, 5)}) {
    bench b{head{}};
    b.open();
    b.ours.request(b.now, ask_block(1, 3));
    b.say(bad);
    auto got = only<denied>(b.events());
    CAF_REQUIRE_EQUAL(got.size(), 1u);
    CAF_CHECK(got[0].asked == ask_block(1, 3));
    CAF_CHECK(got[0].reason == no_data_reason::none);
    CAF_CHECK_EQUAL(b.ours.counters().mismatched_data, 1u);
  }
  bench b{head{}};
  b.open();
  b.ours.request(b.now, ask_block(1, 3));
  auto other_fork = give_block(1, 3);
  other_fork.fork = 1;
  b.say(other_fork);
  CAF_CHECK_EQUAL(only<denied>(b.events()).size(), 1u);
}

CAF_TEST(a proof of another history may come unasked but not without end) {
  bench b{ten};
  b.open();
  for (int i = 0; i < 10; ++i)
    b.say(give_upgrade(0, 0, 10));
  auto got = only<received>(b.events());
  CAF_REQUIRE_EQUAL(got.size(), unasked_proofs_max);
  CAF_CHECK(got[0].asked == ask_upgrade(0, 0, 10));
}

CAF_TEST(a request that is still here is taken back without a word) {
  bench b{head{}};
  b.open();
  b.ours.request(b.now, ask_block(1, 3));
  b.ours.request(b.now, ask_block(2, 4));
  b.ours.cancel(b.now, 1);
  CAF_CHECK((b.heard() == messages{ask_block(2, 4)}));
  b.ours.cancel(b.now, 2);
  b.ours.cancel(b.now, 2);
  CAF_CHECK((b.heard() == messages{cancel{2}}));
  b.say(give_block(2, 4));
  CAF_CHECK(b.events().empty());
}

CAF_TEST(law_L8_our own requests wait within limits) {
  bench b{head{}};
  b.open();
  std::uint64_t id = 0;
  while (b.ours.request(b.now, ask_block(++id, 3)))
    CAF_REQUIRE(id <= asked_max);
  CAF_CHECK_EQUAL(id, asked_max + 1);
  b.heard();
  for (int round = 0; round < 2; ++round)
    for (std::uint64_t i = 1; i <= asked_max; ++i) {
      b.ours.cancel(b.now, i);
      b.ours.request(b.now, ask_block(i, 3));
    }
  CAF_CHECK(b.heard().size() <= outgoing_max);
}

CAF_TEST(what the remote says of its log is passed on) {
  bench b{head{}};
  b.open();
  remote_sync said{0, 5, 0, true, true, true, true, false};
  b.say(said);
  b.say(range{false, 0, 5});
  b.say(bitfield{32, {1}});
  auto got = b.events();
  CAF_REQUIRE_EQUAL(got.size(), 3u);
  CAF_CHECK(std::get<remote_sync>(got[0]) == said);
  CAF_CHECK((std::get<range>(got[1]) == range{false, 0, 5}));
  CAF_CHECK(b.ours.knowledge().remote_blocks().contains(32));
}

// -- hostile -----------------------------------------------------------------

CAF_TEST(short messages end the stream and unknown ones do not ) {
  bench b{ten};
  b.open();
  CAF_CHECK(b.ours.handle_message(b.now, 10, base::bytes{1, 2, 3}).ok());
  CAF_CHECK(b.ours.handle_message(b.now, base::uint_max, {}).ok());
  CAF_CHECK(b.try_say(extension{"nobody", {1}}).ok());
  CAF_CHECK_EQUAL(b.ours.counters().unknown_types, 2u);
  auto bad = b.ours.handle_message(b.now, 0, base::bytes{7, 0, 0});
  CAF_REQUIRE(!bad.ok());
  CAF_CHECK(bad.failure().code == base::errc::malformed);
}

CAF_TEST(law_L8_a flood of wants and syncs makes no flood of answers) {
  bench b{ten};
  b.open();
  for (int i = 0; i < 5000; ++i) {
    b.say(remote_sync{0, 1, 0, true, true, true, true, false});
    b.say(want{0, 32, false});
    b.say(cancel{5});
    b.events();
  }
  CAF_CHECK(b.heard().size() <= wants_max + 1);
}

CAF_TEST(damaged recorded messages never break a channel) {
  auto all = test::recorded_messages();
  for (std::size_t i = 0; i < all.size(); i += 5) {
    const auto& one = all[i];
    test::mutate(one.payload, 8, [&](base::bytes_view bad) {
      bench b{ten};
      b.open();
      b.ours.request(b.now, ask_block(1, 3));
      auto done = b.ours.handle_message(b.now, one.type, bad);
      b.events();
      b.heard();
      CAF_CHECK(done.ok() == b.ours.is_open());
    });
  }
}
