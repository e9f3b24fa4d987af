#pragma once

#include "store/kv/kv.hpp"

#include <cstdint>
#include <memory>
#include <span>

namespace hyper::kv {

/// An ordered map whose copies are cheap and share what they have in common;
/// a change makes a new map. Copies may live on different threads.
class persistent_map {
public:
  persistent_map() = default;

  /// With the changes, in order. What is made on the way is changed in place,
  /// so many changes at once cost less than one after the other.
  persistent_map with(std::span<const write> changes) const;

  /// The value, or none. The view lives as long as any map that holds it.
  std::optional<base::bytes_view> find(base::bytes_view key) const;

  /// As snapshot::scan.
  void scan(base::bytes_view from, base::bytes_view until, direction way,
            const visitor& visit) const;

private:
  struct node;
  struct entry;
  using link = std::shared_ptr<const node>;

  class editor;

  static bool scan_forward(const link& at, base::bytes_view from,
                           base::bytes_view until, const visitor& visit);
  static bool scan_backward(const link& at, base::bytes_view from,
                            base::bytes_view until, const visitor& visit);

  link root_;
  std::uint64_t version_ = 0; ///< nodes of a later one are not in it
};

} // namespace hyper::kv
