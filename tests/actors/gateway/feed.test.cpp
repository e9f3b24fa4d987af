#define CAF_SUITE actors_gateway_feed

#include "actors/gateway/feed.hpp"

#include "actors/gateway/session.hpp"
#include "actors/runtime/ask.hpp"
#include "tests/actors/gateway/fixture.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::actors;
using gateway::changes_told;
using gateway::next_changes;

namespace {

constexpr base::duration question_time = base::seconds{60};

gateway::feed_limits small() {
  gateway::feed_limits out;
  out.kept = 4;
  out.at_once = 3;
  return out;
}

std::uint64_t length_of(const std::string& line) {
  constexpr std::string_view begin = "{\"length\":";
  return line.starts_with(begin) ? std::stoull(line.substr(begin.size())) : 0;
}

/// One that listens: it asks on from where it was told that it is.
struct reader {
  std::uint64_t behind = 0;
  std::vector<std::uint64_t> seen; ///< the lengths of the changes
  std::size_t answers = 0;
  bool failed = false;
  bool goes_on = true;
};

struct fixture : test::gateway_fixture {
  fixture() : gateway_fixture(small()) {}

  template <class Handle>
  void ask(const std::shared_ptr<reader>& who, const Handle& whom) {
    actors::ask<changes_told>(
        sys, whom, question_time, next_changes{who->behind},
        [this, who, whom](const changes_told& told) {
          ++who->answers;
          who->behind = told.length;
          for (const auto& line : told.lines)
            who->seen.push_back(length_of(*line));
          if (who->goes_on)
            ask(who, whom);
        },
        [who] { who->failed = true; });
  }

  std::shared_ptr<reader> start(std::uint64_t behind, bool goes_on = true) {
    auto who = std::make_shared<reader>();
    who->behind = behind;
    who->goes_on = goes_on;
    ask(who, feed);
    return who;
  }

  /// A change that will happen as soon as the disk has it.
  void begin_put(const std::string& name) {
    anon_send(writer,
              change_name{{registry::action::put, name, test::pair_of(9).pub}});
    sched.run();
    sched.advance_time(base::milliseconds{3});
    sched.run();
  }

  void put_many(const std::string& prefix, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      put(prefix + std::to_string(i));
  }

  /// Everything that is gathered is told.
  void catch_up() {
    for (int i = 0; i < 4; ++i)
      pass(base::milliseconds{50});
  }

  /// Readers that go on wait for ever, each holding itself: end that.
  ~fixture() {
    anon_send(feed, shut_down{});
    sched.run();
  }
};

std::vector<std::uint64_t> lengths(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> out;
  for (auto at = first; at <= last; ++at)
    out.push_back(at);
  return out;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(gateway_feed_tests, fixture)

CAF_TEST(a change is told once whenever the log grows) {
  std::uint64_t length = 1;
  for (std::size_t steps = 0; steps < 16; ++steps) {
    begin_put("first" + std::to_string(steps));
    auto who = start(length);
    for (std::size_t i = 0; i < steps && sched.try_run_once(); ++i)
      continue;
    settle();
    catch_up();
    ++length;
    CAF_CHECK_EQUAL(who->seen, lengths(length, length));
    begin_put("second" + std::to_string(steps));
    for (std::size_t i = 0; i < steps && sched.try_run_once(); ++i)
      continue;
    settle();
    catch_up();
    ++length;
    CAF_CHECK_EQUAL(who->seen, lengths(length - 1, length));
    who->goes_on = false;
  }
}

CAF_TEST(a lone change is told at once and the next ones together) {
  auto who = start(1);
  sched.run();
  put("a");
  CAF_CHECK_EQUAL(who->seen, lengths(2, 2));
  CAF_CHECK_EQUAL(who->answers, 1u);
  put("b");
  put("c");
  CAF_CHECK_EQUAL(who->answers, 1u);
  pass(base::milliseconds{50});
  CAF_CHECK_EQUAL(who->seen, lengths(2, 4));
  CAF_CHECK_EQUAL(who->answers, 2u);
}

CAF_TEST(what is kept no longer is read again) {
  auto first = start(1);
  sched.run();
  put_many("a", 12);
  catch_up();
  auto late = start(1);
  sched.run();
  CAF_CHECK_EQUAL(late->seen, lengths(2, 13));
  CAF_CHECK_EQUAL(first->seen, lengths(2, 13));
}

CAF_TEST(a first question behind the end of a long log begins there) {
  put_many("a", 12);
  auto who = start(1);
  sched.run();
  CAF_CHECK_EQUAL(who->seen, lengths(2, 13));
  put("b");
  catch_up();
  CAF_CHECK_EQUAL(who->seen, lengths(2, 14));
}

CAF_TEST(much that came while nobody asked is not kept) {
  auto first = start(1, false);
  sched.run();
  put("a");
  CAF_CHECK_EQUAL(first->seen, lengths(2, 2));
  catch_up();
  put_many("b", 20);
  auto behind = start(2);
  auto now = start(22);
  catch_up();
  CAF_CHECK_EQUAL(behind->seen, lengths(3, 22));
  put("c");
  catch_up();
  CAF_CHECK_EQUAL(behind->seen, lengths(3, 23));
  CAF_CHECK_EQUAL(now->seen, lengths(23, 23));
}

CAF_TEST(who asks beyond the end waits for that length) {
  auto who = start(3);
  sched.run();
  put("a");
  put("b");
  catch_up();
  CAF_CHECK_EQUAL(who->answers, 0u);
  put("c");
  catch_up();
  CAF_CHECK_EQUAL(who->seen, lengths(4, 4));
}

CAF_TEST(who asks far beyond the end hears that there is nothing) {
  auto who = start(1000, false);
  sched.run();
  pass(base::seconds{21});
  CAF_CHECK_EQUAL(who->answers, 1u);
  CAF_CHECK_EQUAL(who->behind, 1000u);
  CAF_CHECK(who->seen.empty());
}

CAF_TEST(one that is gone does not hold up the others) {
  auto door = spawn_state<gateway::session>(
      sys, gateway::session_config{index, feed, signer.pub, {}});
  auto gone = std::make_shared<reader>();
  gone->behind = 1;
  ask(gone, door);
  auto stays = start(1);
  sched.run();
  anon_send(door, shut_down{});
  sched.run();
  CAF_CHECK(gone->failed);
  put("a");
  catch_up();
  CAF_CHECK_EQUAL(stays->seen, lengths(2, 2));
  CAF_CHECK(gone->seen.empty());
}

CAF_TEST(one that is gone leaves its place to others) {
  auto how = small();
  how.waiting = 1;
  auto narrow = spawn_state<gateway::feed>(sys, index, how);
  auto door = spawn_state<gateway::session>(
      sys, gateway::session_config{index, narrow, signer.pub, {}});
  auto gone = std::make_shared<reader>();
  auto next = std::make_shared<reader>();
  gone->behind = next->behind = 1;
  ask(gone, door);
  sched.run();
  anon_send(door, shut_down{});
  sched.run();
  ask(next, narrow);
  sched.run();
  put("a");
  CAF_CHECK(gone->failed);
  CAF_CHECK_EQUAL(next->seen, lengths(2, 2));
  anon_send(narrow, shut_down{});
  sched.run();
}

CAF_TEST(nobody waits for a feed or an index that is gone) {
  auto first = start(1);
  sched.run();
  anon_send(index, shut_down{});
  sched.run();
  CAF_CHECK(first->failed || first->answers > 0);
  pass(base::seconds{30});
  CAF_CHECK(first->failed);
  anon_send(feed, shut_down{});
  sched.run();
  auto second = start(1);
  sched.run();
  CAF_CHECK(second->failed);
}

CAF_TEST(law_L8 more questions than the limit are refused) {
  auto how = small();
  how.waiting = 2;
  auto narrow = spawn_state<gateway::feed>(sys, index, how);
  std::vector<std::shared_ptr<reader>> all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(std::make_shared<reader>());
    all.back()->behind = 1;
    ask(all.back(), narrow);
    sched.run();
  }
  CAF_CHECK(!all[0]->failed);
  CAF_CHECK(!all[1]->failed);
  CAF_CHECK(all[2]->failed);
  anon_send(narrow, shut_down{});
  sched.run();
  CAF_CHECK(all[0]->failed);
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(properties) {
  HYPER_PROPERTY("whoever asks on misses nothing in any order of messages", [] {
    fixture here;
    std::uint64_t length = 1;
    std::vector<std::pair<std::uint64_t, std::shared_ptr<reader>>> all;
    for (auto what : *rc::gen::container<std::vector<std::uint8_t>>(
             rc::gen::arbitrary<std::uint8_t>())) {
      if (what % 4 == 0) {
        here.begin_put("n" + std::to_string(length++));
        if (what % 8 == 0)
          here.disk.finish();
      } else if (what % 4 == 1) {
        auto behind = std::min<std::uint64_t>(what / 4, length - 1);
        all.emplace_back(behind, here.start(behind));
      } else if (what % 4 == 2) {
        here.pass(base::milliseconds{what});
      } else {
        for (int i = what / 16; i > 0 && here.sched.try_run_once(); --i)
          continue;
      }
    }
    here.settle();
    here.catch_up();
    for (const auto& [behind, who] : all)
      RC_ASSERT(who->seen ==
                lengths(std::max<std::uint64_t>(behind, 1) + 1, length));
  });
}
