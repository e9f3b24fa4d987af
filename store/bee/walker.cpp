#include "store/bee/walker.hpp"

#include "base/assert.hpp"

namespace hyper::bee {

namespace {

// A tree that obeys the rules has fewer nodes than keys plus one. Twice that
// and a little is room for the generous, and still an end.
constexpr std::uint64_t nodes_max(std::uint64_t length) {
  return 2 * length + depth_max;
}

struct bound {
  const base::bytes* key = nullptr;
  bool inclusive = true;
};

bound lower(const range& keys) {
  if (keys.gt)
    return {&*keys.gt, false};
  return {keys.gte ? &*keys.gte : nullptr, true};
}

bound upper(const range& keys) {
  if (keys.lt)
    return {&*keys.lt, false};
  return {keys.lte ? &*keys.lte : nullptr, true};
}

base::error too(const char* what) {
  return {base::errc::limit, std::string{"bee: "} + what};
}

} // namespace

/// The part of a node that is in the range. Places count children and keys
/// alternately: child i is place 2i, key i is place 2i + 1.
struct walker::slice {
  std::size_t first = 0;
  std::size_t last = 0; ///< inclusive
  bool cuts_first = false;
  bool cuts_last = false;
};

walker::walker(const block_source& from, std::uint64_t length, range keys,
               bool reverse)
    : from_(&from), length_(length), keys_(std::move(keys)), reverse_(reverse),
      nodes_left_(nodes_max(length)) {
  if (length < 2)
    return;
  item root{item::kind::node, {length - 1, 0}, length - 1, 0, false, false};
  root.cuts_lower = lower(keys_).key != nullptr;
  root.cuts_upper = upper(keys_).key != nullptr;
  ahead_.push_back(root);
}

base::status walker::open() {
  HYPER_ASSERT(!ahead_.empty());
  HYPER_ASSERT(ahead_.back().what != item::kind::key);
  item at = ahead_.back();
  ahead_.pop_back();
  auto done = open_node(at);
  if (!done)
    stop();
  return done;
}

base::status walker::open_node(const item& at) {
  if (at.what == item::kind::missing_node)
    return base::error{base::errc::malformed, "bee: a node lacks a child"};
  if (at.depth >= depth_max)
    return too("a tree deeper than any can be");
  if (nodes_left_-- == 0)
    return too("a tree with more nodes than the log has room for");
  auto node = load_node(*from_, at.at, at.seq_max);
  if (!node)
    return node.failure();
  auto part = cut(*node, at);
  if (!part)
    return part.failure();
  push(*node, at, *part);
  return base::unit{};
}

base::result<walker::slice> walker::cut(const level& node,
                                        const item& at) const {
  slice out{0, 2 * node.keys.size(), false, false};
  if (at.cuts_lower) {
    bound low = lower(keys_);
    auto place = find_in(*from_, length_, node, *low.key);
    if (!place)
      return place.failure();
    out.cuts_first = !place->found;
    out.first = 2 * place->index;
    if (place->found)
      out.first += low.inclusive ? 1 : 2;
  }
  if (at.cuts_upper) {
    bound high = upper(keys_);
    auto place = find_in(*from_, length_, node, *high.key);
    if (!place)
      return place.failure();
    out.cuts_last = !place->found;
    out.last = 2 * place->index;
    if (place->found && high.inclusive)
      out.last += 1;
  }
  return out;
}

void walker::push(const level& node, const item& at, const slice& part) {
  if (part.first > part.last)
    return;
  std::size_t count = part.last - part.first + 1;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t place = reverse_ ? part.first + i : part.last - i;
    item one{item::kind::key, {}, at.at.seq, at.depth + 1, false, false};
    if (place % 2 == 1) {
      one.at.seq = node.keys[place / 2];
    } else if (node.children.empty()) {
      continue;
    } else if (place / 2 >= node.children.size()) {
      one.what = item::kind::missing_node;
    } else {
      one.what = item::kind::node;
      one.at = node.children[place / 2];
      one.cuts_lower = part.cuts_first && place == part.first;
      one.cuts_upper = part.cuts_last && place == part.last;
    }
    ahead_.push_back(one);
  }
}

} // namespace hyper::bee
