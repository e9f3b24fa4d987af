// find-mutants [NAME]: for each fault, or that one, the first seed from 1 on
// whose run breaks a law. Prints the table of docs/simulator.md; ends with 1
// if a fault is not found within seeds_max seeds, or a run without faults
// breaks a law.

#include "actors/sim/run.hpp"
#include "base/mutant.hpp"

#include <cstdio>
#include <cstring>
#include <string_view>

using namespace hyper;
using namespace hyper::actors;

namespace {

constexpr std::uint64_t seeds_max = 1000;

struct fault {
  const char* name;
  const char* meaning;
};

constexpr fault faults[] = {
    {"check_then_act", "the decision is made on what was there before a wait "
                       "(the original)"},
    {"length_after_reply", "the length to wait beyond is taken after the reply "
                           "(the original)"},
    {"lookup_waits_for_peers", "a lookup waits for a peer (the original)"},
    {"announce_before_reply", "the new length is announced at once"},
    {"reply_before_commit", "the answer goes out before the commit"},
    {"lost_wakeup", "a wait does not look whether it is over already"},
    {"stale_snapshot", "the index keeps its snapshot of the store"},
    {"missing_fsync", "a commit is reported before it is durable"},
    {"unsigned_length", "a length without a right signature is taken"},
    {"double_reply", "a reply comes twice and goes to whoever waits"},
    {"anybody_deletes", "a deletion does not ask for the owner"},
    {"taken_is_fine", "a name that is taken is answered as one's own"},
    {"written_twice", "a name that one has is registered again"},
    {"failed_commit_counts", "a commit that failed counts as made"},
    {"queue_forgotten", "changes that came during a commit wait for the next"},
    {"answers_mixed_up", "answers of one group go to the wrong callers"},
    {"key_of_the_first", "a change gets the key of another caller"},
    {"announcement_forgotten", "some lengths are never announced"},
    {"not_sent_again", "a call that waits for a connection is forgotten"},
    {"names_before_blocks", "names are taken from blocks that are not here"},
};

/// The first seed that shows it and what it showed; 0: none did.
std::uint64_t find(std::string& law) {
  for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
    auto end = sim::run(sim::make_plan(seed));
    if (end.violations.empty())
      continue;
    law = end.violations.front().substr(0, 2);
    return seed;
  }
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  std::size_t missed = 0;
  std::printf(
      "| fault | what is wrong | found by seed | law |\n|---|---|---|---|\n");
  for (const auto& one : faults) {
    if (argc > 1 && std::strcmp(argv[1], one.name) != 0)
      continue;
    base::active_mutant = one.name;
    std::string law;
    auto seed = find(law);
    missed += seed == 0 ? 1 : 0;
    std::printf("| `%s` | %s | %s | %s |\n", one.name, one.meaning,
                seed == 0 ? "not found" : std::to_string(seed).c_str(),
                law.c_str());
    std::fflush(stdout);
  }
  base::active_mutant = {};
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    if (!sim::run(sim::make_plan(seed)).violations.empty()) {
      std::printf("without a fault, seed %llu breaks a law\n",
                  static_cast<unsigned long long>(seed));
      ++missed;
    }
  return missed == 0 ? 0 : 1;
}
