#pragma once

#include "base/endpoint.hpp"
#include "base/entropy.hpp"
#include "base/time.hpp"

#include <vector>

// How many requests of one host are served. Answers are up to four times as
// long as requests, and a sender's address is easily forged: without a limit a
// node is an amplifier.

namespace hyper::dht {

class rate_limit {
public:
  /// What a host may ask at once, and then in the long run. A whole office, or
  /// a crowd of clients behind one address translator, fits in.
  static constexpr std::size_t burst = 2000;
  static constexpr base::duration interval = base::milliseconds{2};

  /// Hosts share this many buckets, so that a flood of forged senders costs no
  /// memory. Who shares with whom is random.
  static constexpr std::size_t buckets = 1024;

  explicit rate_limit(base::entropy& chance);

  /// Counts a request; false: it is one too many. Loopback is not limited:
  /// through it nobody is flooded but this machine.
  bool admit(base::instant now, const base::fixed_bytes<4>& host);

private:
  std::uint64_t key_;
  std::vector<base::instant> settled_; ///< when a bucket has run empty again
};

} // namespace hyper::dht
