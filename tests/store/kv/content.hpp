#pragma once

#include "store/kv/kv.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

// Reading and writing stores in tests: texts in, ordinary containers out.

namespace hyper::test {

using entry_list = std::vector<std::pair<std::string, std::string>>;
using entries = std::map<std::string, std::string>;

inline kv::write put(std::string_view key, std::string_view value) {
  return {base::to_bytes(key), base::to_bytes(value)};
}

inline kv::write removal(std::string_view key) {
  return {base::to_bytes(key), std::nullopt};
}

/// What a scan shows, in its order.
inline entry_list scan(const kv::snapshot& from, std::string_view first,
                       std::string_view until, kv::direction way) {
  entry_list seen;
  auto done =
      from.scan(base::as_bytes(first), base::as_bytes(until), way,
                [&](base::bytes_view key, base::bytes_view value) {
                  seen.emplace_back(base::as_text(key), base::as_text(value));
                  return true;
                });
  HYPER_ASSERT(done.ok());
  return seen;
}

/// The same; checks the order on the way.
inline entries entries_of(const kv::snapshot& from, std::string_view first = "",
                          std::string_view until = "",
                          kv::direction way = kv::direction::forward) {
  auto seen = scan(from, first, until, way);
  if (way == kv::direction::backward)
    std::reverse(seen.begin(), seen.end());
  HYPER_ASSERT(std::is_sorted(seen.begin(), seen.end()));
  return {seen.begin(), seen.end()};
}

/// What a store should hold.
struct model {
  entries content;

  void apply(const kv::batch& changes) {
    for (const auto& change : changes) {
      std::string key{base::as_text(change.key)};
      if (change.value)
        content[key] = base::as_text(*change.value);
      else
        content.erase(key);
    }
  }

  entry_list scan(const std::string& first, const std::string& until,
                  kv::direction way) const {
    entry_list seen;
    for (const auto& [key, value] : content)
      if (key >= first && (until.empty() || key < until))
        seen.emplace_back(key, value);
    if (way == kv::direction::backward)
      std::reverse(seen.begin(), seen.end());
    return seen;
  }
};

/// Short keys over few letters, so that they meet; never empty.
inline std::string arbitrary_key() {
  return *rc::gen::nonEmpty(rc::gen::container<std::string>(
      rc::gen::element('a', 'b', static_cast<char>(0xff), '\0')));
}

inline kv::batch arbitrary_batch() {
  kv::batch changes;
  auto count = *rc::gen::inRange(0, 12);
  for (int i = 0; i < count; ++i) {
    auto key = arbitrary_key();
    if (*rc::gen::inRange(0, 3) == 0)
      changes.push_back(removal(key));
    else
      changes.push_back(put(key, *rc::gen::arbitrary<std::string>()));
  }
  return changes;
}

} // namespace hyper::test
