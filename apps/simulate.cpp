#include "actors/sim/run.hpp"
#include "actors/trace/chrome.hpp"
#include "actors/trace/text.hpp"
#include "apps/session.hpp"

#include <cstdio>
#include <fstream>

namespace hyper::apps {

using namespace actors;

namespace {

// A seed and what it takes to see its run again.
struct wanted {
  sim::plan_config how;
  std::optional<std::string> trace_file;
  std::optional<trace::filter> trace;
};

void show_messages(const sim::plan& what, const trace::filter& which) {
  trace::line_sink sink{which, [](const std::string& line) {
                          std::fprintf(stderr, "%s\n", line.c_str());
                        }};
  static_cast<void>(sim::run(what, &sink));
}

base::status record(const sim::plan& what, const std::string& path) {
  std::string text;
  {
    trace::chrome_sink sink{1, text};
    static_cast<void>(sim::run(what, &sink));
  }
  std::ofstream out{path, std::ios::binary};
  out << text;
  out.flush();
  if (!out)
    return base::error{base::errc::io, "cannot write " + path};
  return base::unit{};
}

void print_run(const sim::plan& what, const sim::outcome& end) {
  std::printf("%s", sim::to_text(what).c_str());
  for (const auto& one : end.what.lines)
    std::printf("client %u at %.3f ms: %s => %s", one.client,
                static_cast<double>(one.begun_at.time_since_epoch().count()) /
                    1e3,
                one.line.c_str(),
                one.answer.empty() ? "(nothing)\n" : one.answer.c_str());
  std::printf("%zu changes, %llu messages and events, %llu datagrams, "
              "%.3f s of virtual time\n",
              end.what.log.size(), static_cast<unsigned long long>(end.steps),
              static_cast<unsigned long long>(end.datagrams),
              static_cast<double>(end.virtual_time.count()) / 1e6);
}

// The smallest plan that still fails, and its trace.
void print_failure(const sim::plan& what, const sim::outcome& end,
                   const wanted& how) {
  std::printf("seed %llu breaks a law:\n",
              static_cast<unsigned long long>(what.seed));
  for (const auto& one : end.violations)
    std::printf("  %s\n", one.c_str());
  auto small = sim::shrink(what);
  auto again = sim::run(small);
  std::printf("with less in it:\n%s", sim::to_text(small).c_str());
  for (const auto& one : again.violations)
    std::printf("  %s\n", one.c_str());
  if (how.trace)
    show_messages(small, *how.trace);
  auto path = how.trace_file.value_or("simulate-" + std::to_string(what.seed) +
                                      ".json");
  if (auto done = record(small, path); !done)
    std::fprintf(stderr, "Error: %s\n", done.failure().message.c_str());
  else
    std::printf("its trace: %s\n", path.c_str());
}

} // namespace

int run_simulate(const options& how) {
  wanted what;
  what.how.clients = how.clients;
  what.how.operations = how.operations;
  what.how.websockets = how.websockets;
  what.trace_file = how.trace_file;
  what.trace = how.trace;
  bool failed = false;
  for (std::uint64_t seed = how.seed; seed < how.seed + how.seeds; ++seed) {
    auto plan = sim::make_plan(seed, what.how);
    auto end = sim::run(plan);
    if (how.seeds == 1)
      print_run(plan, end);
    if (!end.violations.empty()) {
      failed = true;
      print_failure(plan, end, what);
    } else if (how.seeds == 1) {
      if (how.trace)
        show_messages(plan, *how.trace);
      if (how.trace_file)
        if (auto done = record(plan, *how.trace_file); !done)
          return complain(done.failure());
    }
  }
  if (how.seeds > 1)
    std::printf("%llu seeds from %llu: %s\n",
                static_cast<unsigned long long>(how.seeds),
                static_cast<unsigned long long>(how.seed),
                failed ? "a law was broken" : "all laws hold");
  else if (!failed)
    std::printf("all laws hold\n");
  return failed ? exit_failed : exit_done;
}

} // namespace hyper::apps
