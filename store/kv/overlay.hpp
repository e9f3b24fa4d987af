#pragma once

#include "store/kv/kv.hpp"

#include <functional>
#include <map>

namespace hyper::kv {

/// A snapshot with changes on top that grow over time: what a group of
/// operations sees of itself before it is committed as one batch.
class overlay final : public snapshot {
public:
  /// `below` must outlive the overlay.
  explicit overlay(const snapshot& below) : below_(below) {}

  /// Puts the batch on top. Keeps the bytes; ends the life of views that this
  /// overlay handed out for the keys that the batch writes.
  void apply(const batch& changes);

  base::result<std::optional<base::bytes_view>>
  get(base::bytes_view key) const override;

  base::status scan(base::bytes_view from, base::bytes_view until,
                    direction way, const visitor& visit) const override;

private:
  struct before {
    using is_transparent = void;
    bool operator()(base::bytes_view left, base::bytes_view right) const {
      return base::less(left, right);
    }
  };
  using changes = std::map<base::bytes, std::optional<base::bytes>, before>;

  const snapshot& below_;
  changes above_;
};

} // namespace hyper::kv
