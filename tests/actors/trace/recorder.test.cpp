#define CAF_SUITE actors_trace_recorder

#include "actors/trace/recorder.hpp"

#include "actors/index.hpp"
#include "actors/log_writer.hpp"
#include "actors/trace/chrome.hpp"
#include "actors/trace/diagram.hpp"
#include "actors/trace/story.hpp"
#include "actors/trace/text.hpp"
#include "tests/actors/fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace hyper;
using namespace hyper::actors;
using namespace hyper::actors::trace;

namespace {

struct list_sink final : sink {
  void take(record one) override { all.push_back(std::move(one)); }

  const record* find(std::string_view type) const {
    auto found = std::ranges::find_if(
        all, [&](const record& one) { return one.what.type == type; });
    return found == all.end() ? nullptr : &*found;
  }

  std::vector<record> all;
};

/// A log writer with its index, recorded.
struct fixture : test::log_fixture {
  explicit fixture(sink& to)
      : recorded([this] { return now_of_test(); }, to), installed(recorded) {
    recorded.enter("server");
    auto log = open();
    index_config reading;
    reading.store = store.get();
    reading.is_source = true;
    reading.log = {log.current, true, log.blocks.contiguous()};
    index = spawn_state<actors::index>(sys, std::move(reading));
    log_writer_config writing{store.get(), &disk, log, signer, {}, {}};
    writer = spawn_state<log_writer>(sys, std::move(writing), index);
    sched.run();
    disk.finish();
    sched.run();
  }

  ~fixture() {
    anon_send(writer, shut_down{});
    anon_send(index, shut_down{});
    sched.run();
  }

  base::instant now_of_test() {
    return base::instant{std::chrono::duration_cast<base::duration>(
        sched.clock().now().time_since_epoch())};
  }

  void change(const std::string& name) {
    change_name wish{{registry::action::put, name, test::pair_of(9).pub}};
    auto asked = self->request(writer, caf::infinite, wish);
    sched.run();
    sched.advance_time(base::milliseconds{3});
    disk.finish();
    sched.run();
    asked.receive([](const decided&) {}, [](const caf::error&) {});
  }

  recorder recorded;
  installation installed;
  index_handle index;
  log_writer_handle writer;
};

} // namespace

CAF_TEST(a message is recorded with its cause and its question) {
  list_sink seen;
  fixture test{seen};
  test.change("alice");
  const auto* wish = seen.find("change_name");
  const auto* grown = seen.find("log_grown");
  CAF_REQUIRE(wish != nullptr && grown != nullptr);
  CAF_CHECK_EQUAL(std::string{wish->to.name}, "log_writer");
  CAF_CHECK_EQUAL(std::string{wish->to.node}, "server");
  CAF_CHECK_EQUAL(wish->depth, 1);

  auto last = std::ranges::find_if(seen.all, [&](const record& one) {
    return one.what.type == "log_grown" && one.number > wish->number;
  });
  auto done = std::ranges::find_if(seen.all, [&](const record& one) {
    return one.what.type == "committed" && one.number > wish->number;
  });
  CAF_REQUIRE(last != seen.all.end() && done != seen.all.end());
  CAF_CHECK_EQUAL(std::string{done->from.name}, "disk");
  CAF_CHECK_EQUAL(last->cause, done->number);
  CAF_CHECK(last->begun - wish->begun >= base::milliseconds{3});
}

CAF_TEST(records are numbered in the order in which messages were queued) {
  list_sink seen;
  fixture test{seen};
  test.change("a");
  std::vector<message_number> numbers;
  for (const auto& one : seen.all)
    numbers.push_back(one.number);
  std::ranges::sort(numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    CAF_CHECK_EQUAL(numbers[i], i + 1);
}

CAF_TEST(the same run gives the same recording) {
  std::string texts[2];
  for (auto& text : texts) {
    chrome_sink seen{1, text};
    fixture test{seen};
    test.change("alice");
    test.change("bo");
  }
  CAF_CHECK(texts[0].size() > 1000);
  CAF_CHECK(texts[0] == texts[1]);
}

CAF_TEST(a recording is read back as it was) {
  list_sink seen;
  std::string text;
  {
    struct both final : sink {
      both(sink& x, sink& y) : first(x), second(y) {}
      void take(record one) override {
        first.take(one);
        second.take(std::move(one));
      }
      sink& first;
      sink& second;
    };
    chrome_sink file{1, text};
    both to{seen, file};
    fixture test{to};
    test.change("alice");
  }
  std::istringstream in{text};
  recording back;
  CAF_REQUIRE(back.add(in).ok());
  CAF_REQUIRE_EQUAL(back.messages().size(), seen.all.size());
  auto wanted = seen.all;
  std::ranges::stable_sort(wanted, {}, &record::begun);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& got = back.messages()[i];
    CAF_CHECK_EQUAL(got.number, wanted[i].number);
    CAF_CHECK_EQUAL(got.cause, wanted[i].cause);
    CAF_CHECK_EQUAL(got.question, wanted[i].question);
    CAF_CHECK_EQUAL(got.type, std::string{wanted[i].what.type});
    CAF_CHECK_EQUAL(got.facts.size(), wanted[i].what.fields.size());
    CAF_CHECK_EQUAL(back.name_of(got.to), to_text(wanted[i].to));
  }
  // A process that was killed leaves a piece of a line behind.
  std::istringstream killed{text.substr(0, text.size() - 20)};
  CAF_CHECK(recording{}.add(killed).ok());
}

CAF_TEST(what is no recording is refused with the line) {
  auto problem_of = [](const std::string& text) {
    std::istringstream in{text};
    auto done = recording{}.add(in);
    return done ? std::string{"none"} : done.failure().message;
  };
  CAF_CHECK_EQUAL(problem_of(""), "line 1: not a recording made by "
                                  "--trace-file");
  CAF_CHECK_EQUAL(problem_of("{\"a\":1}\n"),
                  "line 1: not a recording made by --trace-file");
  CAF_CHECK_EQUAL(problem_of("[\n{},\nnonsense\n{}]\n"),
                  "line 3: not a trace event");
  CAF_CHECK_EQUAL(problem_of("[\n" + std::string(70000, 'x') + "\n{}]\n"),
                  "line 2: too long");
}

// The actors' names stand in their headers.
CAF_TEST(a filter knows every actor) {
  namespace fs = std::filesystem;
  const std::string begin = "static constexpr const char* name = \"";
  std::size_t actors = 0;
  fs::path folder{std::string{std::getenv("HYPER_SOURCE")} + "/actors"};
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    if (entry.path().extension() != ".hpp" ||
        entry.path().filename() == "host.hpp") // an example in a comment
      continue;
    std::ifstream in{entry.path()};
    for (std::string line; std::getline(in, line);) {
      auto at = line.find(begin);
      if (at == std::string::npos)
        continue;
      auto name = line.substr(at + begin.size());
      name.resize(name.find('"'));
      ++actors;
      auto known = filter::parse(name).ok();
      if (!known)
        CAF_ERROR("no filter for " << name);
      CAF_CHECK(known);
    }
  }
  CAF_CHECK(actors >= 12);
}

CAF_TEST(a filter shows actors and messages and what a name has caused) {
  auto lines_of = [](const std::string& words) {
    auto which = filter::parse(words);
    CAF_REQUIRE(which.ok());
    std::vector<std::string> lines;
    line_sink seen{*which,
                   [&](const std::string& line) { lines.push_back(line); }};
    fixture test{seen};
    test.change("alice");
    test.change("bo");
    return lines;
  };
  auto all = lines_of("");
  auto writer = lines_of("log_writer");
  auto grown = lines_of("log_grown");
  auto alice = lines_of("name=alice");
  CAF_CHECK(writer.size() < all.size());
  CAF_CHECK_EQUAL(grown.size(), 3u);
  auto has = [](const auto& lines, const char* text) {
    return std::ranges::any_of(lines, [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  };
  CAF_CHECK(has(alice, "name=alice"));
  CAF_CHECK(has(alice, "committed"));
  CAF_CHECK(has(alice, "log_grown length=2"));
  CAF_CHECK(!has(alice, "log_grown length=3"));
  CAF_CHECK(!has(alice, "name=bo"));
  CAF_CHECK(!filter::parse("peer,nonsense").ok());
  CAF_CHECK(!filter::parse("name=").ok());
}

CAF_TEST(a story holds what a request has caused and nothing else) {
  std::string text;
  {
    chrome_sink file{1, text};
    fixture test{file};
    test.change("alice");
    test.change("bo");
  }
  std::istringstream in{text};
  recording all;
  CAF_REQUIRE(all.add(in).ok());
  auto diagram = to_mermaid(all, story_of(all, {"bo", {}}));
  CAF_CHECK(diagram.find("change_name action=register name=bo") !=
            std::string::npos);
  CAF_CHECK(diagram.find("alice") == std::string::npos);
  CAF_CHECK(story_of(all, {"nobody", {}}).empty());
}
