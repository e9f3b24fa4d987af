#pragma once

#include "store/kv/kv.hpp"

#include <memory>
#include <utility>

namespace hyper::kv {

/// An ordered map whose copies are cheap and share what they have in common;
/// a change makes a new map. Copies may live on different threads.
class persistent_map {
public:
  persistent_map() = default;

  persistent_map set(base::bytes key, base::bytes value) const;
  persistent_map erase(base::bytes_view key) const;

  /// The value, or none. The view lives as long as any map that holds it.
  std::optional<base::bytes_view> find(base::bytes_view key) const;

  /// As snapshot::scan.
  void scan(base::bytes_view from, base::bytes_view until, direction way,
            const visitor& visit) const;

private:
  struct node;
  struct entry;
  using link = std::shared_ptr<const node>;

  explicit persistent_map(link root) : root_(std::move(root)) {}

  static link with_children(const node& like, link left, link right);
  static std::pair<link, link> split(const link& at, base::bytes_view key,
                                     bool with_key);
  static link join(const link& left, const link& right);
  static bool scan_forward(const link& at, base::bytes_view from,
                           base::bytes_view until, const visitor& visit);
  static bool scan_backward(const link& at, base::bytes_view from,
                            base::bytes_view until, const visitor& visit);

  link root_;
};

} // namespace hyper::kv
