// A target without libFuzzer, for the normal tests: TARGET ROUNDS [FOLDER].
// Runs it on each seed of the folder, and on so many inputs made of them; the
// same ones each time.

#include "base/entropy.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace {

using input = std::vector<std::uint8_t>;
using chance = hyper::base::seeded_entropy;

constexpr std::size_t size_max = 2048;

std::vector<input> read_seeds(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator{folder})
    files.push_back(file.path());
  std::ranges::sort(files);
  std::vector<input> out;
  for (const auto& path : files) {
    std::ifstream file{path, std::ios::binary};
    out.emplace_back(std::istreambuf_iterator<char>{file},
                     std::istreambuf_iterator<char>{});
  }
  return out;
}

void mutate(input& what, chance& dice, const std::vector<input>& seeds) {
  auto at = static_cast<std::ptrdiff_t>(dice.below(what.size() + 1));
  auto byte = static_cast<std::uint8_t>(dice.below(256));
  switch (dice.below(5)) {
  case 0: // a byte more
    what.insert(what.begin() + at, byte);
    break;
  case 1: // the end is missing
    what.erase(what.begin() + at, what.end());
    break;
  case 2: { // the end of another one
    const auto& other = seeds[dice.below(seeds.size())];
    auto from = static_cast<std::ptrdiff_t>(dice.below(other.size() + 1));
    what.insert(what.end(), other.begin() + from, other.end());
    break;
  }
  case 3: // another byte
    if (static_cast<std::size_t>(at) < what.size())
      what[static_cast<std::size_t>(at)] = byte;
    break;
  default: // a bit
    if (static_cast<std::size_t>(at) < what.size())
      what[static_cast<std::size_t>(at)] ^=
          static_cast<std::uint8_t>(1U << (byte % 8));
  }
  what.resize(std::min(what.size(), size_max));
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2)
    return 2;
  std::vector<input> seeds;
  if (argc > 2)
    seeds = read_seeds(argv[2]);
  seeds.emplace_back();
  for (const auto& one : seeds)
    LLVMFuzzerTestOneInput(one.data(), one.size());
  chance dice{1};
  auto rounds = std::strtoull(argv[1], nullptr, 10);
  for (std::uint64_t i = 0; i < rounds; ++i) {
    auto one = seeds[dice.below(seeds.size())];
    for (auto times = dice.below(8) + 1; times > 0; --times)
      mutate(one, dice, seeds);
    LLVMFuzzerTestOneInput(one.data(), one.size());
  }
  std::printf("%llu inputs\n",
              static_cast<unsigned long long>(rounds + seeds.size()));
  // What a target keeps for all inputs ends with the process.
  std::fflush(stdout);
  std::quick_exit(0);
}
