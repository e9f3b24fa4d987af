#pragma once

#include "base/time.hpp"
#include "net/udx/windowed.hpp"

#include <optional>

namespace hyper::udx {

/// Round trip times and what follows from them: the retransmission timeout.
/// Samples come from packets that were sent once.
class rtt_estimator {
public:
  static constexpr base::duration timeout_min = base::seconds{1};
  static constexpr base::duration timeout_max = base::seconds{30};

  /// Longer than any real round trip is not believed at first sight.
  static constexpr base::duration first_max = base::seconds{30};

  /// A sample above this and far above what is known was taken across a
  /// suspended machine.
  static constexpr base::duration outlier_min = base::seconds{5};

  /// How long the smallest sample counts as the path's own delay.
  static constexpr base::duration minimum_window = base::seconds{300};

  void sample(base::instant now, base::duration rtt);

  bool known() const { return known_; }

  /// Smoothed, and 0 while not known.
  base::duration smoothed() const { return smoothed_; }
  base::duration variation() const { return variation_; }

  /// Smallest within minimum_window, and 0 while not known.
  base::duration minimum() const;

  /// Smoothed and four variations, within `least` and timeout_max.
  base::duration timeout(base::duration least = timeout_min) const;

private:
  bool known_ = false;
  base::duration smoothed_{};
  base::duration variation_{};
  windowed_min<base::duration, base::instant> minimum_{minimum_window};
};

} // namespace hyper::udx
