#include "store/kv/overlay.hpp"

#include "base/assert.hpp"

namespace hyper::kv {

namespace {

// Merges two sorted streams while the one below is being visited: entries on
// top that come first are shown first, equal keys hide the one below.
template <class Iterator, class Earlier>
class merging {
public:
  merging(Iterator next, Iterator end, Earlier earlier, const visitor& visit)
      : next_(next), end_(end), earlier_(earlier), visit_(visit) {}

  bool below(base::bytes_view key, base::bytes_view value) {
    HYPER_ASSERT(going_);
    while (next_ != end_ && earlier_(next_->first, key))
      if (!show_top())
        return false;
    if (next_ != end_ && base::equal(next_->first, key))
      return show_top();
    return going_ = visit_(key, value);
  }

  void rest() {
    while (going_ && next_ != end_)
      show_top();
  }

private:
  bool show_top() {
    const auto& [key, value] = *next_++;
    if (value)
      going_ = visit_(key, *value);
    return going_;
  }

  Iterator next_;
  Iterator end_;
  Earlier earlier_;
  const visitor& visit_;
  bool going_ = true;
};

template <class Merging>
base::status run(Merging merge, const snapshot& below, base::bytes_view from,
                 base::bytes_view until, direction way) {
  auto done = below.scan(from, until, way,
                         [&](base::bytes_view key, base::bytes_view value) {
                           return merge.below(key, value);
                         });
  if (done)
    merge.rest();
  return done;
}

} // namespace

void overlay::apply(const batch& changes) {
  for (const auto& change : changes) {
    HYPER_ASSERT(!change.key.empty() && change.key.size() <= key_size_max);
    above_.insert_or_assign(change.key, change.value);
  }
}

base::result<std::optional<base::bytes_view>>
overlay::get(base::bytes_view key) const {
  auto found = above_.find(key);
  if (found == above_.end())
    return below_.get(key);
  if (!found->second)
    return std::optional<base::bytes_view>{};
  return std::optional<base::bytes_view>{*found->second};
}

base::status overlay::scan(base::bytes_view from, base::bytes_view until,
                           direction way, const visitor& visit) const {
  if (!until.empty() && !base::less(from, until))
    return base::unit{};
  auto first = above_.lower_bound(from);
  auto end = until.empty() ? above_.end() : above_.lower_bound(until);
  if (way == direction::forward)
    return run(merging{first, end, base::less, visit}, below_, from, until,
               way);
  auto later = [](base::bytes_view left, base::bytes_view right) {
    return base::less(right, left);
  };
  return run(merging{std::reverse_iterator{end}, std::reverse_iterator{first},
                     later, visit},
             below_, from, until, way);
}

std::unique_ptr<snapshot> make_overlay(const snapshot& below,
                                       const batch& above) {
  auto both = std::make_unique<overlay>(below);
  both->apply(above);
  return both;
}

} // namespace hyper::kv
