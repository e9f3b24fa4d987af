#include "store/kv/persistent_map.hpp"

#include "base/assert.hpp"

#include <algorithm>

// A B+ tree of pages that never change. A page holds its keys and values in one
// piece: thousands of maps together are larger than any cache, and what costs
// time is to touch memory, not to copy it.

namespace hyper::kv {

namespace {

constexpr std::size_t items_max = 32;
constexpr std::size_t items_min = items_max / 4; ///< fewer: join, if possible
constexpr std::size_t inline_value_max = 512;    ///< longer ones are shared

using shared_value = std::shared_ptr<const base::bytes>;

bool before_end(base::bytes_view key, base::bytes_view until) {
  return until.empty() || base::less(key, until);
}

} // namespace

/// One key of a page with its value or, in an inner page, with the page below
/// whose first key it is. The views are into pages that are there already, or
/// into the changes.
struct persistent_map::item {
  base::bytes_view key;
  base::bytes_view value;
  shared_value large; ///< holds the value, if it is long
  link below;
};

struct persistent_map::page {
  struct slot {
    std::uint32_t key_begin = 0;
    std::uint32_t value_begin = 0;
    std::uint32_t end = 0;
    shared_value large;
  };

  std::vector<slot> slots;
  base::bytes heap;        ///< keys and short values
  std::vector<link> below; ///< one per slot; none: a leaf

  std::size_t size() const { return slots.size(); }
  bool is_leaf() const { return below.empty(); }

  base::bytes_view key(std::size_t i) const {
    const auto& at = slots[i];
    return base::bytes_view{heap}.subspan(at.key_begin,
                                          at.value_begin - at.key_begin);
  }

  base::bytes_view value(std::size_t i) const {
    const auto& at = slots[i];
    if (at.large)
      return *at.large;
    return base::bytes_view{heap}.subspan(at.value_begin,
                                          at.end - at.value_begin);
  }

  // How many keys are smaller than this one.
  std::size_t lower(base::bytes_view wanted) const {
    std::size_t first = 0;
    for (auto count = size(); count > 0;) {
      auto half = count / 2;
      if (base::less(key(first + half), wanted)) {
        first += half + 1;
        count -= half + 1;
      } else {
        count = half;
      }
    }
    return first;
  }

  // The page below in which the key would be.
  std::size_t child(base::bytes_view wanted) const {
    auto at = lower(wanted);
    if (at < size() && base::equal(key(at), wanted))
      return at;
    return at == 0 ? 0 : at - 1;
  }
};

/// The last of a batch's writes of one key.
struct persistent_map::change {
  const write* what;

  base::bytes_view key() const { return what->key; }
};

void persistent_map::gather(const link& from, std::vector<item>& out) {
  for (std::size_t i = 0; i < from->size(); ++i)
    out.push_back({from->key(i), from->value(i), from->slots[i].large,
                   from->is_leaf() ? nullptr : from->below[i]});
}

// Pages of about the same size.
std::vector<persistent_map::link>
persistent_map::build(const std::vector<item>& items) {
  std::vector<link> out;
  auto pages = (items.size() + items_max - 1) / items_max;
  for (std::size_t i = 0; i < pages; ++i) {
    auto first =
        items.begin() + static_cast<std::ptrdiff_t>(items.size() * i / pages);
    auto last = items.begin() +
                static_cast<std::ptrdiff_t>(items.size() * (i + 1) / pages);
    auto made = std::make_shared<page>();
    std::size_t bytes = 0;
    for (auto at = first; at != last; ++at)
      bytes += at->key.size() + (at->large ? 0 : at->value.size());
    made->heap.reserve(bytes);
    made->slots.reserve(static_cast<std::size_t>(last - first));
    for (auto at = first; at != last; ++at) {
      page::slot slot;
      slot.large = at->large;
      slot.key_begin = static_cast<std::uint32_t>(made->heap.size());
      made->heap.insert(made->heap.end(), at->key.begin(), at->key.end());
      slot.value_begin = static_cast<std::uint32_t>(made->heap.size());
      if (!slot.large)
        made->heap.insert(made->heap.end(), at->value.begin(), at->value.end());
      slot.end = static_cast<std::uint32_t>(made->heap.size());
      made->slots.push_back(std::move(slot));
      if (at->below)
        made->below.push_back(at->below);
    }
    out.push_back(std::move(made));
  }
  return out;
}

std::vector<persistent_map::link>
persistent_map::build_above(const std::vector<link>& below) {
  std::vector<item> items;
  items.reserve(below.size());
  for (const auto& one : below)
    items.push_back({one->key(0), {}, nullptr, one});
  return build(items);
}

// A page that has become small goes together with the one before it.
void persistent_map::append(std::vector<link>& to, link one) {
  if (to.empty() ||
      (one->size() >= items_min && to.back()->size() >= items_min))
    return to.push_back(std::move(one));
  std::vector<item> items;
  auto before = std::move(to.back());
  to.pop_back();
  gather(before, items);
  gather(one, items);
  for (auto& joined : build(items))
    to.push_back(std::move(joined));
}

std::vector<persistent_map::link>
persistent_map::apply_to_leaf(const page* at, std::span<const change> what) {
  std::vector<item> items;
  auto old_size = at == nullptr ? 0 : at->size();
  items.reserve(old_size + what.size());
  std::size_t old = 0;
  auto keep_old = [&] {
    items.push_back({at->key(old), at->value(old), at->slots[old].large, {}});
    ++old;
  };
  for (const auto& one : what) {
    while (old < old_size && base::less(at->key(old), one.key()))
      keep_old();
    if (old < old_size && base::equal(at->key(old), one.key()))
      ++old;
    if (!one.what->value)
      continue;
    const auto& value = *one.what->value;
    shared_value large;
    if (value.size() > inline_value_max)
      large = std::make_shared<const base::bytes>(value);
    items.push_back({one.key(), value, std::move(large), {}});
  }
  while (old < old_size)
    keep_old();
  return build(items);
}

std::vector<persistent_map::link>
persistent_map::apply(const link& at, std::span<const change> what) {
  if (at == nullptr || at->is_leaf())
    return apply_to_leaf(at.get(), what);
  std::vector<link> below;
  below.reserve(at->size() + 1);
  for (std::size_t i = 0; i < at->size(); ++i) {
    auto end = what.begin();
    if (i + 1 == at->size())
      end = what.end();
    else
      while (end != what.end() && base::less(end->key(), at->key(i + 1)))
        ++end;
    if (end == what.begin()) {
      below.push_back(at->below[i]);
      continue;
    }
    auto mine = static_cast<std::size_t>(end - what.begin());
    for (auto& made : apply(at->below[i], what.first(mine)))
      append(below, std::move(made));
    what = what.subspan(mine);
  }
  return build_above(below);
}

persistent_map persistent_map::with(std::span<const write> changes) const {
  std::vector<change> sorted;
  sorted.reserve(changes.size());
  for (const auto& one : changes) {
    HYPER_ASSERT(!one.key.empty() && one.key.size() <= key_size_max);
    sorted.push_back({&one});
  }
  std::ranges::stable_sort(sorted, [](const change& a, const change& b) {
    return base::less(a.key(), b.key());
  });
  // Of several changes of one key, the last.
  auto kept = sorted.begin();
  for (auto at = sorted.begin(); at != sorted.end(); ++at)
    if (at + 1 == sorted.end() || !base::equal(at->key(), (at + 1)->key()))
      *kept++ = *at;
  sorted.erase(kept, sorted.end());
  if (sorted.empty())
    return *this;
  auto level = apply(root_, sorted);
  while (level.size() > 1)
    level = build_above(level);
  persistent_map out;
  if (!level.empty())
    out.root_ = std::move(level.front());
  while (out.root_ && !out.root_->is_leaf() && out.root_->size() == 1)
    out.root_ = link{out.root_->below.front()};
  return out;
}

std::optional<base::bytes_view>
persistent_map::find(base::bytes_view key) const {
  const auto* at = root_.get();
  while (at != nullptr && !at->is_leaf())
    at = at->below[at->child(key)].get();
  if (at == nullptr)
    return std::nullopt;
  auto found = at->lower(key);
  if (found == at->size() || !base::equal(at->key(found), key))
    return std::nullopt;
  return at->value(found);
}

bool persistent_map::scan_forward(const page& at, base::bytes_view from,
                                  base::bytes_view until,
                                  const visitor& visit) {
  for (auto i = at.is_leaf() ? at.lower(from) : at.child(from); i < at.size();
       ++i) {
    if (!at.is_leaf()) {
      if (!scan_forward(*at.below[i], from, until, visit))
        return false;
    } else if (!before_end(at.key(i), until) ||
               !visit(at.key(i), at.value(i))) {
      return false;
    }
  }
  return true;
}

bool persistent_map::scan_backward(const page& at, base::bytes_view from,
                                   base::bytes_view until,
                                   const visitor& visit) {
  for (auto i = until.empty() ? at.size() : at.lower(until); i > 0; --i) {
    if (!at.is_leaf()) {
      if (!scan_backward(*at.below[i - 1], from, until, visit))
        return false;
    } else if (base::less(at.key(i - 1), from) ||
               !visit(at.key(i - 1), at.value(i - 1))) {
      return false;
    }
  }
  return true;
}

void persistent_map::scan(base::bytes_view from, base::bytes_view until,
                          direction way, const visitor& visit) const {
  if (root_ == nullptr)
    return;
  if (way == direction::forward)
    scan_forward(*root_, from, until, visit);
  else
    scan_backward(*root_, from, until, visit);
}

} // namespace hyper::kv
