#pragma once

#include "net/dht/node_id.hpp"

#include <array>
#include <cstddef>
#include <vector>

// The routing table: who is known, by nearness to ourselves. docs/dht.md.

namespace hyper::dht {

/// Nodes in a row of the table, in an answer, and in the result of a query.
inline constexpr std::size_t k = 20;

struct table_entry {
  node_id id{};
  base::endpoint address;

  friend bool operator==(const table_entry&, const table_entry&) = default;
};

/// 256 rows of at most 20 nodes each. A node belongs to the row that counts
/// the leading bits which it shares with the table's own id.
class table {
public:
  using row = std::vector<table_entry>; ///< ascending by id

  explicit table(const node_id& own) : own_(own) {}

  /// Lists the node, or replaces the one of the same id. False: the row is
  /// full.
  bool add(const table_entry& node);
  bool remove(const node_id& id);

  const node_id& own() const { return own_; }
  bool contains(const node_id& id) const;
  std::size_t size() const { return size_; }

  /// The row that the id belongs to.
  const row& row_of(const node_id& id) const { return rows_[index(id)]; }

  /// Up to `count` nodes: the row of the target, the rows of those that are
  /// further from us than it, then the others. Not sorted by distance.
  std::vector<table_entry> closest(const node_id& target,
                                   std::size_t count = k) const;

  /// The n-th node in row order. Requires n < size().
  const table_entry& at(std::size_t n) const;

  void check_invariant() const;

private:
  std::size_t index(const node_id& id) const;

  node_id own_;
  std::array<row, id_bits> rows_;
  std::size_t size_ = 0;
};

} // namespace hyper::dht
