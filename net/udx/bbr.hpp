#pragma once

#include "base/time.hpp"
#include "net/udx/loss.hpp"
#include "net/udx/rate.hpp"
#include "net/udx/windowed.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace hyper::udx {

/// What one acknowledgement changed.
struct ack_summary {
  std::uint32_t delivered = 0; ///< packets, newly
  std::uint32_t lost = 0;      ///< packets, newly
  std::uint32_t in_flight_before = 0;
  std::uint32_t in_flight = 0;
  std::uint64_t delivered_total = 0;
  recovery_state state = recovery_state::open;
  std::optional<base::duration> rtt;
  std::optional<rate_sample> rate;
  bool app_limited = false; ///< now
};

/// Congestion control by a model of the path, its bandwidth and its round trip
/// time, instead of by loss: BBR version 1. Counts packets and microseconds.
/// Nothing of it is visible on the wire.
class bbr {
public:
  static constexpr std::uint32_t initial_window = 10;
  static constexpr std::uint32_t window_min = 4;

  /// More than the send ring holds is of no use.
  static constexpr std::uint32_t window_max = send_ring::span_max;

  /// Round trips below this are taken for it when the model asks how much fits
  /// into the path: the turns of the event loops at both ends are a part of
  /// the path, and they take this long under load.
  static constexpr base::duration round_trip_floor = base::milliseconds{1};

  explicit bbr(base::instant now);

  void on_ack(base::instant now, const ack_summary& ack);

  /// The retransmission timer has fired.
  void on_timeout(std::uint32_t in_flight);

  /// A packet is about to leave, nothing is in flight, and it was for want of
  /// data.
  void on_restart(base::instant now);

  /// Packets that may be in flight.
  std::uint32_t window() const { return window_; }

  /// Packets per microsecond.
  double pacing_rate() const { return pacing_rate_; }

  /// The window is held small on purpose; samples say nothing of the path.
  bool probing_rtt() const { return mode_ == mode::probe_rtt; }

  enum class mode : std::uint8_t { startup, drain, probe_bw, probe_rtt };
  mode current_mode() const { return mode_; }
  double bandwidth() const { return bandwidth_.best(); }

private:
  // Lengths of the maximum filters, in rounds.
  static constexpr std::uint64_t bandwidth_rounds = 10;
  static constexpr std::uint64_t extra_rounds = 5; ///< of two that alternate
  static constexpr std::size_t cycle_length = 8;

  void update_round(const ack_summary& ack);
  void update_bandwidth(const ack_summary& ack);
  void update_aggregation(base::instant now, const ack_summary& ack);
  void update_cycle(base::instant now, const ack_summary& ack);
  void check_full_pipe(const ack_summary& ack);
  void check_drained(base::instant now, const ack_summary& ack);
  void update_min_rtt(base::instant now, const ack_summary& ack);
  bool still_short(const ack_summary& ack) const;
  void stay_in_probe_rtt(base::instant now, const ack_summary& ack);
  void leave_probe_rtt(base::instant now);
  void enter_probe_bw(base::instant now);
  void update_pacing();
  void update_window(const ack_summary& ack);
  bool repair_window(const ack_summary& ack);
  void save_window();
  bool cycle_is_over(base::instant now, const ack_summary& ack) const;
  double pacing_gain() const;
  double window_gain() const;
  double path_packets(double gain) const;
  double extra_packets() const;

  mode mode_ = mode::startup;
  std::uint32_t window_ = initial_window;
  std::uint32_t saved_window_ = 0;
  double pacing_rate_;
  recovery_state last_state_ = recovery_state::open;
  bool conserving_ = false; ///< one packet in for one packet out, for a round

  // Rounds: a round ends when a packet arrives that was sent after it began.
  std::uint64_t round_ = 0;
  std::uint64_t round_ends_at_ = 0; ///< a count of delivered packets
  bool round_start_ = false;

  windowed_max<double, std::uint64_t> bandwidth_;
  bool full_pipe_ = false;
  double full_bandwidth_ = 0;
  int full_rounds_ = 0;

  std::optional<base::duration> min_rtt_;
  base::instant min_rtt_at_;
  std::optional<base::instant> probe_rtt_until_;
  bool probe_rtt_round_done_ = false;
  bool restarted_ = false;

  std::size_t cycle_ = 0;
  base::instant cycle_at_;

  // Acknowledgements that come in lumps: how many more than expected.
  base::instant extra_epoch_at_;
  std::uint64_t extra_epoch_delivered_ = 0;
  std::array<std::uint64_t, 2> extra_{};
  std::size_t extra_at_ = 0;
  std::uint64_t extra_rounds_passed_ = 0;
};

} // namespace hyper::udx
