// How fast the registry decides, looks up and lists, without a network. Prints
// one line per figure. With an empty folder the store is on disk there,
// otherwise in memory.
//
//   c++ -O2 -std=c++20 -I. tests/bench/registry_store.cpp \
//     build/release/store/libstore_{registry,log,bee,kv}.a \
//     build/release/base/libbase.a -lsodium -llmdb

#include "tests/store/registry/world.hpp"

#include <cstdio>
#include <ctime>

namespace {

using namespace hyper;

constexpr std::size_t names = 100000;
constexpr std::size_t group_size = 64;

/// Processor time, so that a busy machine does not matter.
void show(const char* what, std::size_t count, std::clock_t took) {
  std::printf("%-28s %12.0f /s\n", what,
              static_cast<double>(count) * CLOCKS_PER_SEC /
                  static_cast<double>(took));
}

template <class Work>
void measure(const char* what, std::size_t count, Work&& work) {
  auto start = std::clock();
  work();
  show(what, count, std::clock() - start);
}

/// Names in an order that is none of the tree's.
std::string name_of(std::size_t i) {
  return "user" + std::to_string(i * 7919 % names);
}

std::vector<std::vector<registry::change>> groups_of_all() {
  std::vector<std::vector<registry::change>> out;
  for (std::size_t i = 0; i < names; ++i) {
    if (i % group_size == 0)
      out.emplace_back();
    out.back().push_back(test::put(name_of(i), static_cast<std::uint8_t>(i)));
  }
  return out;
}

/// Decides all groups, and commits them outside of the measured time.
void decide_all(test::world& to) {
  std::clock_t committing = 0;
  auto start = std::clock();
  for (const auto& group : groups_of_all()) {
    auto decided = *to.writer.decide(*to.read(), to.head, group);
    auto decided_at = std::clock();
    HYPER_ASSERT(to.store->commit(decided.writes).ok());
    to.head = decided.next;
    committing += std::clock() - decided_at;
  }
  show("registers decided, by 64", names, std::clock() - start - committing);
  show("registers committed, by 64", names, committing);
}

/// Folds the whole log into a fresh store as a replica does.
void fold_all(const kv::snapshot& served, std::uint64_t length,
              kv::store& copy) {
  kv::batch blocks;
  for (std::uint64_t seq = 0; seq < length; ++seq)
    blocks.push_back(
        log::block_record(seq, base::to_bytes(**log::read_block(served, seq))));
  HYPER_ASSERT(copy.commit(blocks).ok());
  std::clock_t folding = 0;
  auto start = std::clock();
  for (std::uint64_t at = 0; at < length;) {
    auto before = std::clock();
    auto more = *registry::catch_up(**copy.read(), length);
    folding += std::clock() - before;
    HYPER_ASSERT(copy.commit(more.writes).ok());
    at = more.applied;
  }
  show("blocks folded", length, folding);
  show("rows committed, by block", length, std::clock() - start - folding);
}

} // namespace

int main(int argc, char** argv) {
  auto open = [&](const char* part) {
    return argc > 1 ? *kv::open_lmdb(argv[1] + std::string{part})
                    : kv::make_memory_store();
  };
  test::world here{registry::name_policy::strict, open("/server")};
  decide_all(here);
  auto from = here.read();
  registry::view view{*from};
  measure("lookups", names, [&] {
    for (std::size_t i = 0; i < names; ++i)
      HYPER_ASSERT((*view.lookup(name_of(i * 31 % names))).has_value());
  });
  std::size_t seen = 0;
  auto count = [&](const registry::listed&) { return ++seen > 0; };
  measure("names listed", names,
          [&] { HYPER_ASSERT(view.list({}, count).ok()); });
  registry::list_options prefix;
  prefix.prefix = "user77";
  measure("names listed, prefix", 1111,
          [&] { HYPER_ASSERT(view.list(prefix, count).ok()); });
  HYPER_ASSERT(seen == names + 1111);
  fold_all(*from, here.head.length(), *open("/client"));
  bee::memory_blocks blocks;
  for (std::uint64_t seq = 0; seq < here.head.length(); ++seq)
    blocks.append(base::to_bytes(**log::read_block(*from, seq)));
  bee::tree tree{blocks, blocks.length()};
  measure("gets in the tree", names, [&] {
    for (std::size_t i = 0; i < names; ++i)
      HYPER_ASSERT((*tree.get(bee::encode_name(name_of(i)))).has_value());
  });
}
