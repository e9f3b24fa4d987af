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
  std::uint64_t version; ///< of the map that it was made for
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

/// Makes the next version of a map. Nodes of that version have been seen by
/// nobody else and are changed in place, others are copied.
class persistent_map::editor {
public:
  explicit editor(std::uint64_t version) : version_(version) {}

  link set(const link& at, std::shared_ptr<const entry> data,
           std::uint64_t priority) const {
    if (at == nullptr || is_above(*data, priority, *at)) {
      auto [left, right] = split(at, data->key);
      return std::make_shared<node>(node{std::move(data), priority, version_,
                                         std::move(left), std::move(right)});
    }
    auto here = own(at);
    if (base::equal(data->key, here->data->key))
      here->data = std::move(data);
    else if (auto& side = side_of(*here, data->key); true)
      side = set(side, std::move(data), priority);
    return here;
  }

  link erase(const link& at, base::bytes_view key) const {
    if (at == nullptr)
      return nullptr;
    if (base::equal(key, at->data->key))
      return join(at->left, at->right);
    auto below = base::less(key, at->data->key) ? at->left : at->right;
    auto rest = erase(below, key);
    if (rest == below)
      return at;
    auto here = own(at);
    side_of(*here, key) = std::move(rest);
    return here;
  }

private:
  // On equal priorities the smaller key is above: one content, one shape.
  static bool is_above(const entry& one, std::uint64_t priority,
                       const node& other) {
    if (priority != other.priority)
      return priority > other.priority;
    return base::less(one.key, other.data->key);
  }

  static link& side_of(node& at, base::bytes_view key) {
    return base::less(key, at.data->key) ? at.left : at.right;
  }

  std::shared_ptr<node> own(const link& at) const {
    if (at->version == version_)
      return std::const_pointer_cast<node>(at);
    auto copy = std::make_shared<node>(*at);
    copy->version = version_;
    return copy;
  }

  // Keys before `key`, and those behind it; it is not among them.
  std::pair<link, link> split(const link& at, base::bytes_view key) const {
    if (at == nullptr)
      return {};
    HYPER_ASSERT(!base::equal(at->data->key, key));
    auto here = own(at);
    if (base::less(here->data->key, key)) {
      auto [middle, right] = split(here->right, key);
      here->right = std::move(middle);
      return {here, std::move(right)};
    }
    auto [left, middle] = split(here->left, key);
    here->left = std::move(middle);
    return {std::move(left), here};
  }

  link join(const link& left, const link& right) const {
    if (left == nullptr)
      return right;
    if (right == nullptr)
      return left;
    HYPER_ASSERT(base::less(left->data->key, right->data->key));
    if (left->priority >= right->priority) {
      auto here = own(left);
      here->right = join(here->right, right);
      return here;
    }
    auto here = own(right);
    here->left = join(left, here->left);
    return here;
  }

  std::uint64_t version_;
};

persistent_map persistent_map::with(std::span<const write> changes) const {
  persistent_map out;
  out.version_ = version_ + 1;
  out.root_ = root_;
  editor edit{out.version_};
  for (const auto& one : changes) {
    HYPER_ASSERT(!one.key.empty() && one.key.size() <= key_size_max);
    if (one.value)
      out.root_ = edit.set(
          out.root_, std::make_shared<const entry>(entry{one.key, *one.value}),
          priority_of(one.key));
    else
      out.root_ = edit.erase(out.root_, one.key);
  }
  return out;
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
