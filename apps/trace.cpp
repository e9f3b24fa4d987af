#include "actors/trace/diagram.hpp"
#include "actors/trace/story.hpp"
#include "apps/session.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace hyper::apps {

using namespace actors::trace;

namespace {

base::result<recording> read_all(const std::vector<std::string>& files) {
  recording out;
  for (const auto& path : files) {
    std::ifstream in{path};
    if (!in)
      return base::error{base::errc::io,
                         "cannot read " + path + ": " + std::strerror(errno)};
    if (auto read = out.add(in); !read)
      return base::error{read.failure().code,
                         path + ": " + read.failure().message};
  }
  return out;
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

} // namespace

int run_trace(const options& how) {
  auto all = read_all(how.words);
  if (!all)
    return complain(all.failure());
  bool one_story = how.story_name || how.story_number;
  auto shown = one_story ? story_of(*all, {how.story_name, how.story_number})
                         : requests_of(*all);
  if (one_story && shown.empty()) {
    std::fprintf(stderr, "Error: the recording has no such request; without "
                         "--name and --message, its requests are listed\n");
    return exit_failed;
  }
  print(how.mermaid ? to_mermaid(*all, shown) : to_plain_text(*all, shown));
  return exit_done;
}

} // namespace hyper::apps
