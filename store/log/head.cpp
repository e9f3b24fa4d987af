#include "store/log/head.hpp"

#include "base/flat_tree.hpp"

namespace hyper::log {

std::uint64_t head::length() const {
  if (roots.empty())
    return 0;
  return base::flat_tree::last_leaf(roots.back().index) / 2 + 1;
}

std::uint64_t head::byte_length() const {
  std::uint64_t sum = 0;
  for (const auto& root : roots)
    sum += root.size;
  return sum;
}

} // namespace hyper::log
