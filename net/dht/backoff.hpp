#pragma once

#include "base/entropy.hpp"
#include "base/time.hpp"

// How long to wait before the next try, after ever more failures.

namespace hyper::dht {

class backoff {
public:
  /// 1, 2, 4, 8, 8 ... seconds, each up to a quarter shorter by chance so that
  /// a crowd does not come back all at once. The longest wait keeps the promise
  /// that a bootstrap node that comes back is found within ten seconds.
  static constexpr base::duration first = base::seconds{1};
  static constexpr base::duration longest = base::seconds{8};

  base::duration next(base::entropy& chance);
  void reset() { wait_ = first; }

private:
  base::duration wait_ = first;
};

} // namespace hyper::dht
