#include "net/dht/table.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::dht {

namespace {

// Works on a row and on a const row.
template <class Row>
auto position(Row& row, const node_id& id) {
  return std::lower_bound(
      row.begin(), row.end(), id,
      [](const table_entry& node, const node_id& x) { return node.id < x; });
}

void append_up_to(std::vector<table_entry>& out, const table::row& row,
                  std::size_t count) {
  HYPER_ASSERT(out.size() <= count);
  auto taken = std::min(row.size(), count - out.size());
  out.insert(out.end(), row.begin(),
             row.begin() + static_cast<std::ptrdiff_t>(taken));
}

} // namespace

std::size_t table::index(const node_id& id) const {
  return std::min(shared_bits(own_, id), id_bits - 1);
}

bool table::add(const table_entry& node) {
  auto& row = rows_[index(node.id)];
  auto place = position(row, node.id);
  if (place != row.end() && place->id == node.id) {
    *place = node;
    return true;
  }
  if (row.size() >= k)
    return false;
  row.insert(place, node);
  ++size_;
  return true;
}

bool table::remove(const node_id& id) {
  auto& row = rows_[index(id)];
  auto place = position(row, id);
  if (place == row.end() || place->id != id)
    return false;
  row.erase(place);
  --size_;
  return true;
}

bool table::contains(const node_id& id) const {
  const auto& row = row_of(id);
  auto place = position(row, id);
  return place != row.end() && place->id == id;
}

std::vector<table_entry> table::closest(const node_id& target,
                                        std::size_t count) const {
  std::vector<table_entry> out;
  auto start = index(target);
  for (auto i = start + 1; i-- > 0 && out.size() < count;)
    append_up_to(out, rows_[i], count);
  for (auto i = start + 1; i < rows_.size() && out.size() < count; ++i)
    append_up_to(out, rows_[i], count);
  return out;
}

const table_entry& table::at(std::size_t n) const {
  HYPER_ASSERT(n < size_);
  std::size_t row = 0;
  for (; n >= rows_[row].size(); ++row)
    n -= rows_[row].size();
  return rows_[row][n];
}

void table::check_invariant() const {
  std::size_t total = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const auto& row = rows_[i];
    HYPER_ASSERT(row.size() <= k);
    for (std::size_t j = 0; j < row.size(); ++j) {
      HYPER_ASSERT(index(row[j].id) == i);
      HYPER_ASSERT(j == 0 || row[j - 1].id < row[j].id);
    }
    total += row.size();
  }
  HYPER_ASSERT(total == size_);
}

} // namespace hyper::dht
