#define CAF_SUITE actors_sim_tutorial

#include "actors/sim/run.hpp"
#include "actors/trace/chrome.hpp"
#include "actors/trace/diagram.hpp"
#include "actors/trace/story.hpp"

#include <caf/test/unit_test.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

// The diagram in docs/tutorial.md is what the program makes of this run.

using namespace hyper;
using namespace hyper::actors;

namespace {

std::string diagram_of_a_register() {
  sim::plan plan;
  plan.seed = 1;
  plan.clients = {base::milliseconds{5}};
  plan.operations = {{0, base::seconds{1}, "register alice"}};
  std::string text;
  {
    trace::chrome_sink sink{1, text};
    CAF_CHECK(sim::run(plan, &sink).violations.empty());
  }
  std::istringstream in{text};
  trace::recording all;
  CAF_REQUIRE(all.add(in).ok());
  return trace::to_mermaid(all, trace::story_of(all, {"alice", {}}));
}

std::string diagram_in(const std::string& path) {
  std::ifstream in{path};
  std::stringstream all;
  all << in.rdbuf();
  auto text = all.str();
  const std::string fence = "```mermaid\n";
  auto begin = text.find(fence);
  if (begin == std::string::npos)
    return {};
  begin += fence.size();
  return text.substr(begin, text.find("```", begin) - begin);
}

} // namespace

CAF_TEST(the diagram of the tutorial is that of the program) {
  auto made = diagram_of_a_register();
  auto shown = diagram_in(std::string{std::getenv("HYPER_SOURCE")} +
                          "/docs/tutorial.md");
  if (made != shown)
    std::fprintf(stderr, "docs/tutorial.md should have:\n%s", made.c_str());
  CAF_CHECK(made == shown);
  CAF_CHECK(made.find("rpc_request") != std::string::npos);
}
