#include "store/bee/tree.hpp"

namespace hyper::bee {

base::result<std::optional<entry>> tree::get(base::bytes_view key) const {
  if (length_ < 2)
    return std::optional<entry>{};
  child_ref at{length_ - 1, 0};
  std::uint64_t seq_max = at.seq;
  for (unsigned depth = 0; depth < depth_max; ++depth) {
    auto node = load_node(*from_, at, seq_max);
    if (!node)
      return node.failure();
    auto place = find_in(*from_, length_, *node, key);
    if (!place)
      return place.failure();
    if (place->found) {
      auto found = load_entry(*from_, node->keys[place->index], length_);
      if (!found)
        return found.failure();
      return std::optional{*found};
    }
    if (node->children.empty())
      return std::optional<entry>{};
    auto child = child_of(*node, place->index);
    if (!child)
      return child.failure();
    seq_max = at.seq;
    at = *child;
  }
  return base::error{base::errc::limit, "bee: a tree deeper than any can be"};
}

cursor tree::entries(range_options options) const {
  return {*from_, length_, std::move(options)};
}

base::result<std::optional<entry>> tree::peek(range_options options) const {
  return entries(std::move(options)).next();
}

} // namespace hyper::bee
