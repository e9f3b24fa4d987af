#pragma once

#include "base/entropy.hpp"
#include "net/dht/table.hpp"

#include <list>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

// The nodes that we list: the table by nearness, and beside it the order in
// which they were last heard. Rules of admission and eviction: docs/dht.md.

namespace hyper::dht {

/// Time in ticks of 5 s since an arbitrary start.
using tick = std::uint64_t;

/// Heard within a minute.
inline constexpr tick recent_ticks = 12;
/// Known for half an hour.
inline constexpr tick old_ticks = 360;

/// A node that is listed.
struct contact {
  node_id id{};
  base::endpoint address;
  tick added = 0;
  tick pinged = 0;             ///< last checked by us, or heard
  tick seen = 0;               ///< last heard
  std::optional<tick> sampled; ///< last asked what our address is
  unsigned down_hints = 0;
};

class contacts {
public:
  explicit contacts(const node_id& own) : table_(own) {}

  /// Lists a new node as heard just now. Null: it is us, or its row is full.
  /// Requires that it is not listed yet.
  contact* add(tick now, const node_id& id, const base::endpoint& address);

  /// Notes a sign of life of a listed node.
  void refresh(tick now, contact& node);

  void remove(const node_id& id);

  /// Takes another own id; nodes that no longer find room are dropped.
  void rebuild(const node_id& own);

  /// Null: not listed.
  contact* find(const node_id& id);

  /// Whom to check before `newcomer` is refused for want of room: the node of
  /// the row that was checked longest ago, unless it is known for long and was
  /// heard lately. None: nobody.
  contact* rival_of(tick now, const node_id& newcomer);

  /// Up to `count` nodes, oldest heard first, until one that was checked in
  /// this very tick.
  std::vector<contact*> stalest(tick now, std::size_t count);

  /// Up to `count` addresses, latest heard first.
  std::vector<base::endpoint> latest(std::size_t count) const;

  std::vector<base::endpoint> closest(const node_id& target,
                                      std::size_t count = k) const;

  const contact* oldest() const;
  const node_id& random(base::entropy& chance) const; ///< requires size() > 0

  const node_id& own() const { return table_.own(); }
  std::size_t size() const { return by_age_.size(); }
  bool empty() const { return by_age_.empty(); }

  void check_invariant() const;

private:
  using age_list = std::list<contact>;

  /// Ids are hashes, but of something that their owner can choose from: the
  /// number of nodes is bounded by the table, so that long chains do not hurt.
  struct id_hash {
    std::size_t operator()(const node_id& id) const;
  };

  table table_;
  age_list by_age_; ///< oldest heard first
  std::unordered_map<node_id, age_list::iterator, id_hash> by_id_;
};

} // namespace hyper::dht
