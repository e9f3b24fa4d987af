#pragma once

#include "base/text.hpp"
#include "store/bee/keys.hpp"
#include "store/bee/tree.hpp"
#include "store/bee/writer.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

// A log in memory that grows by the blocks of writers, and short ways to fill
// it and to read it.

namespace hyper::test {

struct memory_log {
  bee::memory_blocks blocks;
  bee::working_tree memory;

  bee::tree now() const { return {blocks, blocks.length()}; }
  bee::tree at(std::uint64_t length) const { return {blocks, length}; }

  /// Runs changes with one writer; appends and returns its blocks.
  template <class Change>
  std::vector<base::bytes> run(Change&& change) {
    bee::writer writer{blocks, blocks.length(), memory};
    change(writer);
    auto made = writer.blocks();
    for (const auto& block : made)
      blocks.append(block);
    return made;
  }

  bool put(std::string_view key, std::string_view value) {
    bool good = false;
    run([&](bee::writer& to) {
      good = to.put(base::as_bytes(key), base::as_bytes(value)).ok();
    });
    return good;
  }

  bool del(std::string_view key) {
    bool removed = false;
    run([&](bee::writer& to) {
      auto done = to.del(base::as_bytes(key));
      removed = done && *done;
    });
    return removed;
  }
};

/// Keys and values of a version, or of a range of it; "!" if it failed.
using listing = std::vector<std::pair<std::string, std::string>>;

inline listing read_all(bee::cursor entries) {
  listing out;
  while (true) {
    auto found = entries.next();
    if (!found) {
      out.emplace_back("!", found.failure().message);
      return out;
    }
    if (!*found)
      return out;
    const auto& one = **found;
    out.emplace_back(base::as_text(one.key),
                     base::as_text(one.value.value_or(base::bytes_view{})));
  }
}

/// The value of a key, "-" if there is none, "!" if it failed.
inline std::string value_of(const bee::tree& version, std::string_view key) {
  auto found = version.get(base::as_bytes(key));
  if (!found)
    return "!";
  if (!*found)
    return "-";
  return std::string{
      base::as_text((*found)->value.value_or(base::bytes_view{}))};
}

/// A block of the given levels, for trees that no writer would make.
inline base::bytes make_block(const std::vector<bee::level>& levels,
                              std::string_view key, std::string_view value) {
  base::writer index;
  for (const auto& one : levels)
    bee::append_level(index, one);
  return bee::encode_node_block(index.data(), base::as_bytes(key),
                                base::as_bytes(value));
}

/// A change of the model, for properties: a small space of keys, so that they
/// meet again.
struct random_change {
  std::uint8_t key = 0;
  bool is_put = true;
  std::uint8_t value = 0;
};

inline std::string key_of(std::uint8_t number) {
  // Lengths 1 to 3, so that prefixes of other keys occur.
  return std::string(1 + number % 3, 'a') + std::to_string(number);
}

using model = std::map<std::string, std::string>;

inline listing listing_of(const model& content) {
  return {content.begin(), content.end()};
}

} // namespace hyper::test
