#include "store/bee/diff.hpp"

#include "base/assert.hpp"

namespace hyper::bee {

namespace {

using item = walker::item;

bool is_node(const item* top) {
  return top != nullptr && top->what != item::kind::key;
}

/// Whether both walks stand before the same node, or the same key.
bool is_shared(const item* left, const item* right) {
  if (left == nullptr || right == nullptr || left->what != right->what)
    return false;
  if (left->what == item::kind::key)
    return left->at.seq == right->at.seq;
  return left->what == item::kind::node && left->at == right->at;
}

/// Which of two different nodes to open: the newer one, because the older one
/// may be a part of it.
bool opens_left(const item* left, const item* right) {
  if (!is_node(right))
    return true;
  return is_node(left) && left->at.seq >= right->at.seq;
}

} // namespace

diff::diff(const tree& left, const tree& right, const range& keys)
    : left_{left, {left.source(), left.length(), keys, false}, {}},
      right_{right, {right.source(), right.length(), keys, false}, {}} {}

base::result<std::optional<difference>> diff::next() {
  auto ready = align();
  if (ready)
    ready = read_key(left_);
  if (ready)
    ready = read_key(right_);
  if (ready)
    return take();
  left_.walk.stop();
  right_.walk.stop();
  return ready.failure();
}

/// Goes on until each side stands before a key of its own, or at its end.
base::status diff::align() {
  while (true) {
    const item* left = left_.walk.top();
    const item* right = right_.walk.top();
    if (is_shared(left, right)) {
      pass(left_);
      pass(right_);
      continue;
    }
    if (!is_node(left) && !is_node(right))
      return base::unit{};
    auto& opened = opens_left(left, right) ? left_ : right_;
    if (auto done = opened.walk.open(); !done)
      return done;
  }
}

base::status diff::read_key(side& one) const {
  if (one.key || one.walk.top() == nullptr)
    return base::unit{};
  auto found = load_entry(one.version.source(), one.walk.top()->at.seq,
                          one.version.length());
  if (!found)
    return found.failure();
  one.key = *found;
  return base::unit{};
}

void diff::pass(side& one) {
  one.walk.skip();
  one.key.reset();
}

/// The smaller key of the two sides, or both if they are equal.
std::optional<difference> diff::take() {
  bool has_left = left_.key.has_value();
  bool has_right = right_.key.has_value();
  if (!has_left && !has_right)
    return std::nullopt;
  bool both = has_left && has_right;
  bool takes_left =
      has_left && !(both && base::less(right_.key->key, left_.key->key));
  bool takes_right =
      has_right && !(both && base::less(left_.key->key, right_.key->key));
  HYPER_ASSERT(takes_left || takes_right);
  difference out;
  if (takes_left) {
    out.left = left_.key;
    pass(left_);
  }
  if (takes_right) {
    out.right = right_.key;
    pass(right_);
  }
  return out;
}

} // namespace hyper::bee
