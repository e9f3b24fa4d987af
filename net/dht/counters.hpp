#pragma once

#include <cstdint>

namespace hyper::dht {

/// Everything that the node counts; only ever grows.
struct counters {
  std::uint64_t datagrams_received = 0;
  std::uint64_t malformed = 0;            ///< dropped: not a message
  std::uint64_t unexpected_responses = 0; ///< dropped: nobody asked this node
  std::uint64_t bad_requests = 0;         ///< dropped: a required part missing
  std::uint64_t wrong_ids = 0;            ///< served, but not listed
  std::uint64_t wrong_tokens = 0;         ///< answered with error 2
  std::uint64_t rate_limited = 0;         ///< dropped: too much from one host
  std::uint64_t requests_received = 0;
  std::uint64_t requests_sent = 0; ///< without repetitions
  std::uint64_t retries = 0;
  std::uint64_t responses = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t bogus_nodes = 0; ///< closer nodes that nobody can be at
  std::uint64_t queries = 0;
};

} // namespace hyper::dht
