#pragma once

#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <cstdint>
#include <map>
#include <utility>

namespace hyper::dht {

/// Entries that fade unless they are put or renewed again. Two generations:
/// what was not touched since the turn before the last is gone, so that with a
/// turn every 2/3 of an age an entry lives 0.67 to 1.33 of it. Keys should be
/// hashes: which entry makes room for another is decided by their order.
template <class Key, class Value>
class aging_table {
public:
  struct limits {
    std::size_t entries;  ///< in all
    std::size_t per_host; ///< brought by one host
  };

  using host = base::fixed_bytes<4>;

  explicit aging_table(limits how) : limits_(how) {}

  /// Stores or replaces. False: the host has too many entries already. In a
  /// full table the entry that follows `victim` is dropped.
  bool put(const Key& key, Value value, const host& from, const Key& victim) {
    if (count_of(from) >= limits_.per_host && !is_of(key, from))
      return false;
    erase(key);
    if (entries_.size() >= limits_.entries) {
      erase_after(victim);
      ++evicted_;
    }
    entries_.emplace(key, entry{std::move(value), generation_, from});
    ++hosts_[from];
    return true;
  }

  const Value* find(const Key& key) const {
    auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second.value;
  }

  /// Reading that keeps the entry alive.
  const Value* renew(const Key& key) {
    auto found = entries_.find(key);
    if (found == entries_.end())
      return nullptr;
    found->second.generation = generation_;
    return &found->second.value;
  }

  bool erase(const Key& key) {
    auto found = entries_.find(key);
    if (found == entries_.end())
      return false;
    remove(found);
    return true;
  }

  /// Drops the entry that follows `key` in order, the first after the last.
  void erase_after(const Key& key) {
    if (entries_.empty())
      return;
    auto found = entries_.upper_bound(key);
    remove(found == entries_.end() ? entries_.begin() : found);
  }

  /// One generation has passed.
  void turn() {
    ++generation_;
    for (auto i = entries_.begin(); i != entries_.end();)
      i = i->second.generation + 1 < generation_ ? remove(i) : std::next(i);
  }

  /// Calls `visit(key, value)` for all keys from first to last, in order.
  template <class Visit>
  void for_range(const Key& first, const Key& last, Visit visit) const {
    auto end = entries_.upper_bound(last);
    for (auto i = entries_.lower_bound(first); i != end; ++i)
      visit(i->first, i->second.value);
  }

  std::size_t size() const { return entries_.size(); }

  /// Entries that made room for others.
  std::uint64_t evicted() const { return evicted_; }

  void check_invariant() const {
    std::size_t sum = 0;
    for (const auto& [from, count] : hosts_) {
      HYPER_ASSERT(count > 0 && count <= limits_.per_host);
      sum += count;
    }
    HYPER_ASSERT(sum == entries_.size());
    HYPER_ASSERT(entries_.size() <= limits_.entries);
  }

private:
  struct entry {
    Value value;
    std::uint64_t generation;
    host from;
  };

  using entries = std::map<Key, entry>;

  std::size_t count_of(const host& from) const {
    auto found = hosts_.find(from);
    return found == hosts_.end() ? 0 : found->second;
  }

  bool is_of(const Key& key, const host& from) const {
    auto found = entries_.find(key);
    return found != entries_.end() && found->second.from == from;
  }

  typename entries::iterator remove(typename entries::iterator which) {
    auto counted = hosts_.find(which->second.from);
    HYPER_ASSERT(counted != hosts_.end() && counted->second > 0);
    if (--counted->second == 0)
      hosts_.erase(counted);
    return entries_.erase(which);
  }

  limits limits_;
  std::uint64_t generation_ = 0;
  std::uint64_t evicted_ = 0;
  entries entries_;
  std::map<host, std::size_t> hosts_;
};

} // namespace hyper::dht
