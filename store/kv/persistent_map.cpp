#include "store/kv/persistent_map.hpp"

#include "base/assert.hpp"

// A treap: a search tree over the keys that is a heap over priorities. The
// priority is a hash of the key, so the same content always has the same shape
// and its depth is logarithmic whatever the order of the writes.

namespace hyper::kv {

struct persistent_map::entry {
  base::bytes key;
  base::bytes value;
};

struct persistent_map::node {
  std::shared_ptr<const entry> data;
  std::uint64_t priority;
  link left;
  link right;
};

namespace {

std::uint64_t priority_of(base::bytes_view key) {
  std::uint64_t mixed = 0xcbf29ce484222325;
  for (auto byte : key)
    mixed = (mixed ^ byte) * 0x100000001b3;
  mixed ^= mixed >> 29;
  return mixed * 0x9e3779b97f4a7c15;
}

bool before_end(base::bytes_view key, base::bytes_view until) {
  return until.empty() || base::less(key, until);
}

} // namespace

persistent_map::link persistent_map::with_children(const node& like, link left,
                                                   link right) {
  HYPER_ASSERT(!left || left->priority <= like.priority);
  HYPER_ASSERT(!right || right->priority <= like.priority);
  return std::make_shared<const node>(
      node{like.data, like.priority, std::move(left), std::move(right)});
}

// Keys before `key`, and the rest; `with_key` moves the key itself to the left.
std::pair<persistent_map::link, persistent_map::link>
persistent_map::split(const link& at, base::bytes_view key, bool with_key) {
  if (at == nullptr)
    return {};
  const auto& here = at->data->key;
  if (base::less(here, key) || (with_key && base::equal(here, key))) {
    auto [middle, right] = split(at->right, key, with_key);
    return {with_children(*at, at->left, middle), right};
  }
  auto [left, middle] = split(at->left, key, with_key);
  return {left, with_children(*at, middle, at->right)};
}

persistent_map::link persistent_map::join(const link& left, const link& right) {
  if (left == nullptr)
    return right;
  if (right == nullptr)
    return left;
  HYPER_ASSERT(base::less(left->data->key, right->data->key));
  if (left->priority >= right->priority)
    return with_children(*left, left->left, join(left->right, right));
  return with_children(*right, join(left, right->left), right->right);
}

persistent_map persistent_map::set(base::bytes key, base::bytes value) const {
  auto left = split(root_, key, false).first;
  auto right = split(root_, key, true).second;
  auto priority = priority_of(key);
  auto data =
      std::make_shared<const entry>(entry{std::move(key), std::move(value)});
  auto middle = std::make_shared<const node>(
      node{std::move(data), priority, nullptr, nullptr});
  return persistent_map{join(join(left, middle), right)};
}

persistent_map persistent_map::erase(base::bytes_view key) const {
  if (!find(key))
    return *this;
  return persistent_map{
      join(split(root_, key, false).first, split(root_, key, true).second)};
}

std::optional<base::bytes_view>
persistent_map::find(base::bytes_view key) const {
  const auto* at = root_.get();
  while (at != nullptr) {
    const auto& here = at->data->key;
    if (base::equal(here, key))
      return base::bytes_view{at->data->value};
    at = (base::less(key, here) ? at->left : at->right).get();
  }
  return std::nullopt;
}

bool persistent_map::scan_forward(const link& at, base::bytes_view from,
                                  base::bytes_view until,
                                  const visitor& visit) {
  if (at == nullptr)
    return true;
  const auto& [key, value] = *at->data;
  auto reached = !base::less(key, from);
  if (reached && !scan_forward(at->left, from, until, visit))
    return false;
  if (!before_end(key, until))
    return true;
  if (reached && !visit(key, value))
    return false;
  return scan_forward(at->right, from, until, visit);
}

bool persistent_map::scan_backward(const link& at, base::bytes_view from,
                                   base::bytes_view until,
                                   const visitor& visit) {
  if (at == nullptr)
    return true;
  const auto& [key, value] = *at->data;
  auto reached = before_end(key, until);
  if (reached && !scan_backward(at->right, from, until, visit))
    return false;
  if (base::less(key, from))
    return true;
  if (reached && !visit(key, value))
    return false;
  return scan_backward(at->left, from, until, visit);
}

void persistent_map::scan(base::bytes_view from, base::bytes_view until,
                          direction way, const visitor& visit) const {
  if (way == direction::forward)
    scan_forward(root_, from, until, visit);
  else
    scan_backward(root_, from, until, visit);
}

} // namespace hyper::kv
