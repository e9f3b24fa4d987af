#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <optional>

// How fast packets arrive at the peer, after the internet draft
// "Delivery Rate Estimation" (draft-cheng-iccrg-delivery-rate-estimation).

namespace hyper::udx {

/// What a packet remembers of the moment it was sent.
struct rate_snapshot {
  std::uint64_t delivered = 0;
  base::instant delivered_at;
  base::instant first_sent_at;
  bool app_limited = false;
};

/// Packets that arrived during an interval.
struct rate_sample {
  std::uint64_t delivered = 0;
  std::uint64_t prior_delivered = 0; ///< when the newest of them was sent
  base::duration interval{};
  bool app_limited = false; ///< the sender had nothing more to send

  /// Requires interval > 0.
  double packets_per_us() const {
    return static_cast<double>(delivered) /
           static_cast<double>(interval.count());
  }
};

class rate_sampler {
public:
  explicit rate_sampler(base::instant now) : delivered_at_(now) {}

  /// A packet leaves; gives what it has to remember.
  rate_snapshot on_sent(base::instant now, bool nothing_in_flight);

  /// A packet has arrived for the first time.
  void on_delivered(base::instant now, const rate_snapshot& sent,
                    base::instant sent_at);

  /// All packets that one acknowledgement reported have been told. Nothing if
  /// the interval is shorter than the minimum round trip: such a sample says
  /// more about the clock than about the path.
  std::optional<rate_sample> finish(base::instant now, base::duration min_rtt);

  /// The sender ran out of data with this many packets in flight: samples until
  /// they have arrived say nothing about the path.
  void mark_app_limited(std::uint32_t in_flight);

  bool app_limited() const { return app_limited_until_ != 0; }
  std::uint64_t delivered() const { return delivered_; }

private:
  struct newest {
    rate_snapshot sent;
    base::duration send_interval{};
  };

  std::uint64_t delivered_ = 0;
  std::uint64_t app_limited_until_ = 0; ///< a value of delivered_; 0: not
  base::instant delivered_at_;
  base::instant first_sent_at_;
  std::optional<newest> newest_; ///< of the packets told since finish()
};

} // namespace hyper::udx
