// How fast the registry decides, looks up and lists, without a disk and
// without a network. Prints one line per figure.
//
//   c++ -O2 -std=c++20 -I. tests/bench/registry_store.cpp \
//     build/release/store/libstore_{registry,log,bee,kv}.a \
//     build/release/base/libbase.a -lsodium -llmdb

#include "tests/store/registry/world.hpp"

#include <chrono>
#include <cstdio>

namespace {

using namespace hyper;

constexpr std::size_t names = 100000;
constexpr std::size_t group_size = 64;

template <class Work>
void measure(const char* what, std::size_t count, Work&& work) {
  auto start = std::chrono::steady_clock::now();
  work();
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%-28s %12.0f /s\n", what,
              static_cast<double>(count) / took.count());
}

/// Names in an order that is none of the tree's.
std::string name_of(std::size_t i) {
  return "user" + std::to_string(i * 7919 % names);
}

void fill(test::world& to) {
  std::vector<registry::change> group;
  for (std::size_t i = 0; i < names; ++i) {
    group.push_back(test::put(name_of(i), static_cast<std::uint8_t>(i)));
    if (group.size() == group_size || i + 1 == names) {
      to.run(group);
      group.clear();
    }
  }
}

void fold_all(const kv::snapshot& served, std::uint64_t length) {
  auto copy = kv::make_memory_store();
  kv::batch blocks;
  for (std::uint64_t seq = 0; seq < length; ++seq)
    blocks.push_back(
        log::block_record(seq, base::to_bytes(**log::read_block(served, seq))));
  HYPER_ASSERT(copy->commit(blocks).ok());
  measure("blocks folded", length, [&] {
    for (std::uint64_t at = 0; at < length;) {
      auto more = *registry::catch_up(**copy->read(), length);
      HYPER_ASSERT(copy->commit(more.writes).ok());
      at = more.applied;
    }
  });
}

} // namespace

int main() {
  test::world here;
  measure("registers, groups of 64", names, [&] { fill(here); });
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
  fold_all(*from, here.head.length());
  bee::memory_blocks blocks;
  for (std::uint64_t seq = 0; seq < here.head.length(); ++seq)
    blocks.append(base::to_bytes(**log::read_block(*from, seq)));
  bee::tree tree{blocks, blocks.length()};
  measure("gets in the tree", names, [&] {
    for (std::size_t i = 0; i < names; ++i)
      HYPER_ASSERT((*tree.get(bee::encode_name(name_of(i)))).has_value());
  });
}
