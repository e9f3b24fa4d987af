#pragma once

#include "store/bee/tree.hpp"

namespace hyper::bee {

/// A key whose block differs between two versions; a side is absent where the
/// key is. Putting the same value again is a difference.
struct difference {
  std::optional<entry> left;
  std::optional<entry> right;
};

/// Gives the differences of two versions in key order. Parts of the tree that
/// both share are not opened, so the work is about the number of changes.
class diff {
public:
  /// Both versions' sources must outlive the diff.
  diff(const tree& left, const tree& right, const range& keys = {});

  /// The next difference; none at the end and after a failure.
  base::result<std::optional<difference>> next();

private:
  /// One version and the key at the top of its walk, once it has been read.
  struct side {
    tree version;
    walker walk;
    std::optional<entry> key;
  };

  base::status align();
  base::status read_key(side& one) const;
  static void pass(side& one);
  std::optional<difference> take();

  side left_;
  side right_;
};

} // namespace hyper::bee
