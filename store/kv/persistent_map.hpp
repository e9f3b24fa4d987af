#pragma once

#include "store/kv/kv.hpp"

#include <memory>
#include <span>

namespace hyper::kv {

/// An ordered map whose copies are cheap and share what they have in common;
/// a change makes a new map. Copies may live on different threads.
class persistent_map {
public:
  persistent_map() = default;

  /// With the changes, in order. Each page that they touch is made anew once,
  /// so many changes at once cost less than one after the other.
  persistent_map with(std::span<const write> changes) const;

  /// The value, or none. The view lives as long as any map that holds it.
  std::optional<base::bytes_view> find(base::bytes_view key) const;

  /// As snapshot::scan.
  void scan(base::bytes_view from, base::bytes_view until, direction way,
            const visitor& visit) const;

private:
  struct page;
  struct item;
  struct change;
  using link = std::shared_ptr<const page>;

  static void gather(const link& from, std::vector<item>& out);
  static std::vector<link> build(const std::vector<item>& items);
  static std::vector<link> build_above(const std::vector<link>& below);
  static void append(std::vector<link>& to, link one);
  static std::vector<link> apply(const link& at, std::span<const change> what);
  static std::vector<link> apply_to_leaf(const page* at,
                                         std::span<const change> what);
  static bool scan_forward(const page& at, base::bytes_view from,
                           base::bytes_view until, const visitor& visit);
  static bool scan_backward(const page& at, base::bytes_view from,
                            base::bytes_view until, const visitor& visit);

  link root_; ///< none: empty
};

} // namespace hyper::kv
