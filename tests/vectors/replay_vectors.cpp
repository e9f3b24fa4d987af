// replay-vectors FILE...: replays recorded bytes of the original.

#include "tests/support/vectors.hpp"

#include <cstdio>
#include <exception>

namespace {

using namespace hyper;

const test::replayer* replayer_of(const test::json::object& file) {
  for (const auto& candidate : test::replayers())
    if (candidate.accepts(file))
      return &candidate;
  return nullptr;
}

void replay(const std::string& path, test::report& out) {
  try {
    auto file = test::load_json(path);
    if (const auto* found = replayer_of(file))
      found->run(file, out);
    else
      out.check(false, "no layer knows this form of file");
  } catch (const std::exception& problem) {
    out.check(false, problem.what());
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: replay-vectors FILE...\n", stderr);
    return 2;
  }
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (int i = 1; i < argc; ++i) {
    test::report out;
    replay(argv[i], out);
    for (const auto& failure : out.failures())
      std::printf("%s: %s\n", argv[i], failure.c_str());
    passed += out.passed();
    failed += out.failures().size();
  }
  std::printf("%zu passed, %zu failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
