#pragma once

#include "net/dht/events.hpp"

#include <vector>

// The iterative query: ask ever closer nodes until the closest are known.

namespace hyper::dht {

/// Nodes in a row of the table, in an answer, and in the result of a query.
inline constexpr std::size_t k = 20;

/// Requests of one query under way at a time; slow ones do not count.
inline constexpr std::size_t query_concurrency = 10;

/// Second and later tries of a request of a query.
inline constexpr unsigned query_retries = 5;

struct query_options {
  /// Where to begin; none: with the nodes of the table, and the bootstrap nodes
  /// if the table has fewer than 20.
  std::vector<base::endpoint> start;
  bool only_these = false; ///< ask nobody but `start`
  unsigned retries = query_retries;
  std::size_t concurrency = query_concurrency;
};

} // namespace hyper::dht
