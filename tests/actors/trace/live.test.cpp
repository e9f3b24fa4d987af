#define CAF_SUITE actors_trace_live

#include "actors/trace/live.hpp"

#include "actors/index.hpp"
#include "actors/log_writer.hpp"
#include "actors/metrics/meter.hpp"
#include "actors/runtime/ask.hpp"
#include "actors/trace/observers.hpp"
#include "actors/trace/recorder.hpp"
#include "tests/actors/fixture.hpp"

#include <boost/json.hpp>

#include <optional>
#include <vector>

using namespace hyper;
using namespace hyper::actors;
using namespace hyper::actors::trace;

namespace {

record record_of(std::uint64_t number) {
  record out;
  out.number = number;
  out.from = {"", "peer", 3};
  out.to = {"", "index", 4};
  out.what.type = "index_query";
  return out;
}

struct told {
  std::uint64_t missed = 0;
  std::vector<std::uint64_t> numbers;
};

std::optional<told> next(live::watcher& from) {
  auto text = from.next();
  if (!text)
    return std::nullopt;
  auto all = boost::json::parse("{" + *text + "}").as_object();
  told out;
  out.missed = boost::json::value_to<std::uint64_t>(all["missed"]);
  for (const auto& one : all["messages"].as_array())
    out.numbers.push_back(
        boost::json::value_to<std::uint64_t>(one.at("number")));
  return out;
}

/// A log writer with an index, watched by a meter and a recorder.
struct fixture : test::log_fixture {
  fixture() : recorded([] { return base::instant{}; }, shown) {
    shown.on_watched([this](bool on) { recorded.record_messages(on); });
    recorded.record_messages(false);
    all.add(meter);
    all.add(recorded);
    installed.emplace(all);
    auto log = open();
    index = spawn_state<actors::index>(
        sys, index_config{store.get(),
                          {log.current, true, log.blocks.contiguous()},
                          true});
    log_writer_config writing{store.get(), &disk, log, signer, {}, {}};
    writer = spawn_state<log_writer>(sys, std::move(writing), index);
    settle();
  }

  ~fixture() {
    caf::anon_send(writer, shut_down{});
    caf::anon_send(index, shut_down{});
    sched.run();
  }

  void settle() {
    sched.run();
    while (disk.waiting() > 0) {
      disk.finish();
      sched.run();
    }
  }

  void change(const std::string& name, std::uint8_t who = 9) {
    change_name wish{{registry::action::put, name, test::pair_of(who).pub}};
    ask<decided>(
        sys, writer, base::seconds{10}, wish, [](const decided&) {}, [] {});
    settle();
  }

  const metrics::kind_count& kind(std::string_view name) {
    kinds = meter.kinds();
    for (const auto& one : kinds)
      if (one.kind == name)
        return one;
    CAF_FAIL("no such kind");
    return kinds[0];
  }

  live shown;
  recorder recorded;
  metrics::meter meter;
  observers all;
  std::optional<installation> installed;
  index_handle index;
  log_writer_handle writer;
  std::vector<metrics::kind_count> kinds;
};

} // namespace

CAF_TEST(whoever watches sees what comes and nothing from before) {
  live shown;
  shown.take(record_of(1));
  live::watcher first{shown};
  CAF_CHECK(!next(first));
  shown.take(record_of(2));
  live::watcher second{shown};
  shown.take(record_of(3));
  auto both = next(first);
  CAF_REQUIRE(both.has_value());
  CAF_CHECK((both->numbers == std::vector<std::uint64_t>{2, 3}));
  auto one = next(second);
  CAF_REQUIRE(one.has_value());
  CAF_CHECK((one->numbers == std::vector<std::uint64_t>{3}));
  CAF_CHECK(!next(first));
}

CAF_TEST(law_L8 a slow watcher gets the newest and hears what it has missed) {
  live shown;
  live::watcher slow{shown};
  constexpr std::uint64_t many = live_kept_max + 1000;
  for (std::uint64_t i = 1; i <= many; ++i)
    shown.take(record_of(i));
  auto got = next(slow);
  CAF_REQUIRE(got.has_value());
  CAF_CHECK_EQUAL(got->numbers.size(), live_at_once_max);
  CAF_CHECK_EQUAL(got->numbers.back(), many);
  CAF_CHECK_EQUAL(got->missed, many - live_at_once_max);
}

CAF_TEST(it is recorded while somebody watches) {
  std::vector<bool> told;
  live shown;
  shown.on_watched([&told](bool on) { told.push_back(on); });
  {
    live::watcher first{shown};
    live::watcher second{shown};
  }
  live::watcher third{shown};
  CAF_CHECK((told == std::vector<bool>{true, false, true}));
}

CAF_TEST_FIXTURE_SCOPE(live_tests, fixture)

CAF_TEST(messages are recorded as long as they are watched) {
  change("before");
  std::optional<live::watcher> eyes{std::in_place, shown};
  change("seen");
  auto text = eyes->next();
  CAF_REQUIRE(text.has_value());
  CAF_CHECK(text->find("seen") != std::string::npos);
  CAF_CHECK(text->find("before") == std::string::npos);
  CAF_CHECK(text->find("commit_us") != std::string::npos);
  eyes.reset();
  change("unseen");
  eyes.emplace(shown);
  CAF_CHECK(!eyes->next());
}

CAF_TEST(what is in a mailbox when the watching begins has no cause) {
  caf::anon_send(index, shut_down{});
  live::watcher eyes{shown};
  sched.run();
  auto text = eyes.next();
  CAF_REQUIRE(text.has_value());
  CAF_CHECK(text->find(R"("cause":0)") != std::string::npos);
}

CAF_TEST(the meter counts changes by what became of them) {
  change("alice");
  change("alice");
  change("alice", 8);
  change("No Name");
  auto text = meter.render({});
  auto has = [&text](const std::string& line) {
    return text.find(line + "\n") != std::string::npos;
  };
  auto changes = [](const std::string& outcome) {
    return R"(hyper_registry_changes_total{action="register",outcome=")" +
           outcome + "\"} 1";
  };
  for (const auto* outcome : {"accepted", "idempotent", "taken", "invalid"})
    CAF_CHECK(has(changes(outcome)));
  // The header of the log, and one change.
  CAF_CHECK(has("hyper_registry_commit_seconds_count 2"));
  CAF_CHECK(has(R"(hyper_registry_actors{kind="log_writer"} 1)"));
}

CAF_TEST(the meter counts replies and guests as it is told) {
  meter.replied("name", 200);
  meter.replied("name", 404);
  meter.replied("name", 404);
  meter.guests_changed("listener", 1);
  meter.guests_changed("listener", 1);
  meter.guests_changed("listener", -1);
  auto text = meter.render({});
  auto has = [&text](const std::string& line) {
    return text.find("hyper_registry_http_" + line + "\n") != std::string::npos;
  };
  CAF_CHECK(has(R"(replies_total{route="name",status="200"} 1)"));
  CAF_CHECK(has(R"(replies_total{route="name",status="404"} 2)"));
  CAF_CHECK(has(R"(connections{kind="listener"} 1)"));
}

CAF_TEST(the meter knows who lives and what waits) {
  CAF_CHECK_EQUAL(kind("index").living, 1);
  CAF_CHECK_EQUAL(kind("index").waiting, 0);
  caf::anon_send(index, tick{});
  caf::anon_send(index, tick{});
  CAF_CHECK_EQUAL(kind("index").waiting, 2);
  caf::anon_send(index, shut_down{});
  caf::anon_send(index, tick{}); // nobody will handle it
  sched.run();
  caf::anon_send(index, tick{});
  CAF_CHECK_EQUAL(kind("index").living, 0);
  CAF_CHECK_EQUAL(kind("index").waiting, 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
