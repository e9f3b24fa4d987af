#pragma once

#include "store/bee/block_source.hpp"
#include "store/bee/entry.hpp"

#include <limits>

namespace hyper::bee {

/// Which blocks a history gives. Numbers below zero count from the end of the
/// log; of two bounds on the same side the strict one counts.
struct history_options {
  std::optional<std::int64_t> gt;
  std::optional<std::int64_t> gte;
  std::optional<std::int64_t> lt;
  std::optional<std::int64_t> lte;
  bool reverse = false;
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

/// One change as its block records it.
struct change {
  enum class kind : std::uint8_t { put, del };

  kind what = kind::put;
  entry of;
};

/// Reads block `seq` as a change.
base::result<change> load_change(const block_source& from, std::uint64_t seq);

/// Gives the changes of a log in the order of their blocks; the header is none.
class history {
public:
  /// The source must outlive the history.
  history(const block_source& from, std::uint64_t length,
          const history_options& options = {});

  /// The next change; none at the end and after a failure.
  base::result<std::optional<change>> next();

private:
  const block_source* from_;
  std::uint64_t first_;
  std::uint64_t last_; ///< exclusive
  std::uint64_t left_;
  bool reverse_;
};

} // namespace hyper::bee
