#include "net/udx/bbr.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <cmath>

namespace hyper::udx {

namespace {

/// 2/ln 2: the smallest gain that doubles the rate in every round.
constexpr double high_gain = 2.88539;

/// Gains of the phases of probe_bw: ask for more, drain what that queued, and
/// cruise. It is entered in the phase `cycle_first`.
constexpr std::array<double, 8> cycle_gains{1.25, 0.75, 1, 1, 1, 1, 1, 1};
constexpr std::size_t cycle_first = 4;

constexpr double probe_bw_window_gain = 2.0;

/// What the pacing stays below the measured bandwidth, so that queues drain.
constexpr double pacing_margin = 0.99;

/// Packets per microsecond, one in 100 ms: no path is that slow, and a wrong
/// measurement must not silence a stream.
constexpr double pacing_min = 1e-5;

/// The pipe is full when the bandwidth grew by less than this in so many
/// rounds.
constexpr double full_growth = 1.25;
constexpr int full_rounds_max = 3;

constexpr base::duration min_rtt_window = base::seconds{10};
constexpr base::duration probe_rtt_time = base::milliseconds{200};
constexpr base::duration extra_time_max = base::milliseconds{100};
constexpr std::uint64_t extra_epoch_max = 1 << 20;

double microseconds_of(base::duration span) {
  return static_cast<double>(span.count());
}

} // namespace

bbr::bbr(base::instant now)
    : pacing_rate_(high_gain * pacing_margin * initial_window /
                   microseconds_of(round_trip_floor)),
      bandwidth_(bandwidth_rounds), min_rtt_at_(now), cycle_at_(now),
      extra_epoch_at_(now) {
  bandwidth_.reset(0, 0.0);
}

void bbr::on_ack(base::instant now, const ack_summary& ack) {
  HYPER_ASSERT(!ack.rate || ack.rate->interval > base::duration{});
  update_round(ack);
  update_bandwidth(ack);
  update_aggregation(now, ack);
  update_cycle(now, ack);
  check_full_pipe(ack);
  check_drained(now, ack);
  update_min_rtt(now, ack);
  update_pacing();
  update_window(ack);
  HYPER_ASSERT(window_ >= 1 && window_ <= window_max);
  HYPER_ASSERT(pacing_rate_ > 0);
}

void bbr::on_timeout(std::uint32_t in_flight) {
  save_window();
  last_state_ = recovery_state::loss;
  full_bandwidth_ = 0;
  conserving_ = false;
  window_ = std::min(in_flight + 1, window_max);
  HYPER_ASSERT(saved_window_ >= 1 && window_ >= 1);
}

void bbr::on_restart(base::instant now) {
  restarted_ = true;
  extra_epoch_at_ = now;
  extra_epoch_delivered_ = 0;
  if (mode_ == mode::probe_rtt)
    leave_probe_rtt(now);
}

void bbr::update_round(const ack_summary& ack) {
  round_start_ = false;
  if (!ack.rate || ack.rate->prior_delivered < round_ends_at_)
    return;
  round_ends_at_ = ack.delivered_total;
  ++round_;
  round_start_ = true;
  conserving_ = false;
}

// A sample taken while the sender had nothing to send only proves that the
// path carries at least as much.
void bbr::update_bandwidth(const ack_summary& ack) {
  if (!ack.rate)
    return;
  auto sample = ack.rate->packets_per_us();
  if (!ack.rate->app_limited || sample >= bandwidth_.best())
    bandwidth_.update(round_, sample);
}

void bbr::update_aggregation(base::instant now, const ack_summary& ack) {
  if (ack.delivered == 0)
    return;
  if (round_start_ && ++extra_rounds_passed_ >= extra_rounds) {
    extra_rounds_passed_ = 0;
    extra_at_ = 1 - extra_at_;
    extra_[extra_at_] = 0;
  }
  auto expected = bandwidth_.best() * microseconds_of(now - extra_epoch_at_);
  if (static_cast<double>(extra_epoch_delivered_) <= expected ||
      extra_epoch_delivered_ + ack.delivered >= extra_epoch_max) {
    extra_epoch_delivered_ = 0;
    extra_epoch_at_ = now;
    expected = 0;
  }
  extra_epoch_delivered_ += ack.delivered;
  auto extra = static_cast<double>(extra_epoch_delivered_) - expected;
  auto counted = std::min<std::uint64_t>(
      static_cast<std::uint64_t>(std::max(extra, 0.0)), window_);
  extra_[extra_at_] = std::max(extra_[extra_at_], counted);
}

void bbr::update_cycle(base::instant now, const ack_summary& ack) {
  if (mode_ != mode::probe_bw || !cycle_is_over(now, ack))
    return;
  cycle_ = (cycle_ + 1) % cycle_length;
  HYPER_ASSERT(full_pipe_);
  cycle_at_ = now;
}

bool bbr::cycle_is_over(base::instant now, const ack_summary& ack) const {
  auto length = std::max(min_rtt_.value_or(round_trip_floor), round_trip_floor);
  auto full_length = now - cycle_at_ > length;
  auto gain = pacing_gain();
  auto in_flight = static_cast<double>(ack.in_flight_before);
  if (gain > 1)
    return full_length && (ack.lost > 0 || in_flight >= path_packets(gain));
  if (gain < 1)
    return full_length || in_flight <= path_packets(1.0);
  return full_length;
}

void bbr::check_full_pipe(const ack_summary& ack) {
  if (full_pipe_ || !round_start_ || !ack.rate || ack.rate->app_limited)
    return;
  if (bandwidth_.best() >= full_bandwidth_ * full_growth) {
    full_bandwidth_ = bandwidth_.best();
    full_rounds_ = 0;
    return;
  }
  full_pipe_ = ++full_rounds_ >= full_rounds_max;
}

void bbr::check_drained(base::instant now, const ack_summary& ack) {
  if (mode_ == mode::startup && full_pipe_)
    mode_ = mode::drain;
  if (mode_ == mode::drain &&
      static_cast<double>(ack.in_flight) <= path_packets(1.0))
    enter_probe_bw(now);
}

void bbr::update_min_rtt(base::instant now, const ack_summary& ack) {
  auto expired = now > min_rtt_at_ + min_rtt_window && !still_short(ack);
  if (ack.rtt && (!min_rtt_ || *ack.rtt <= *min_rtt_ || expired)) {
    min_rtt_ = ack.rtt;
    min_rtt_at_ = now;
  }
  if (expired && !restarted_ && mode_ != mode::probe_rtt) {
    save_window();
    mode_ = mode::probe_rtt;
    probe_rtt_until_.reset();
  }
  if (mode_ == mode::probe_rtt)
    stay_in_probe_rtt(now, ack);
  if (ack.delivered > 0)
    restarted_ = false;
}

// Emptying the path to measure it costs 200 ms. Where a round trip is shorter
// than a turn of an event loop there is no queue worth finding: what it takes
// longer now is what the floor itself lets into the path.
bool bbr::still_short(const ack_summary& ack) const {
  return min_rtt_ && *min_rtt_ <= round_trip_floor &&
         (!ack.rtt || *ack.rtt <= 4 * round_trip_floor);
}

void bbr::stay_in_probe_rtt(base::instant now, const ack_summary& ack) {
  if (!probe_rtt_until_) {
    if (ack.in_flight > window_min)
      return;
    probe_rtt_until_ = now + probe_rtt_time;
    probe_rtt_round_done_ = false;
    round_ends_at_ = ack.delivered_total;
    return;
  }
  probe_rtt_round_done_ = probe_rtt_round_done_ || round_start_;
  if (probe_rtt_round_done_)
    leave_probe_rtt(now);
}

void bbr::leave_probe_rtt(base::instant now) {
  if (!probe_rtt_until_ || now <= *probe_rtt_until_)
    return;
  min_rtt_at_ = now;
  window_ = std::max(window_, saved_window_);
  if (full_pipe_)
    enter_probe_bw(now);
  else
    mode_ = mode::startup;
}

void bbr::enter_probe_bw(base::instant now) {
  mode_ = mode::probe_bw;
  cycle_ = cycle_first;
  cycle_at_ = now;
}

void bbr::update_pacing() {
  auto rate = bandwidth_.best() * pacing_gain() * pacing_margin;
  if (full_pipe_ || rate > pacing_rate_)
    pacing_rate_ = std::max(rate, pacing_min);
}

void bbr::update_window(const ack_summary& ack) {
  if (ack.delivered > 0 && !repair_window(ack)) {
    auto target = path_packets(window_gain()) + extra_packets();
    auto limit = static_cast<std::uint32_t>(
        std::min(target, static_cast<double>(window_max)));
    if (full_pipe_)
      window_ = std::min(window_ + ack.delivered, limit);
    else if (window_ < limit || ack.delivered_total < initial_window)
      window_ += ack.delivered;
    window_ = std::max(window_, window_min);
  }
  window_ =
      std::min(window_, mode_ == mode::probe_rtt ? window_min : window_max);
}

// Gives whether the window was set by the rules of a repair alone.
bool bbr::repair_window(const ack_summary& ack) {
  auto before = last_state_;
  if (before == recovery_state::open && ack.state != recovery_state::open)
    save_window();
  last_state_ = ack.state;
  if (ack.lost > 0)
    window_ = window_ > ack.lost ? window_ - ack.lost : 1;
  if (ack.state == recovery_state::recovery &&
      before != recovery_state::recovery) {
    conserving_ = true;
    round_ends_at_ = ack.delivered_total;
    window_ = ack.in_flight + ack.delivered;
  } else if (ack.state == recovery_state::open &&
             before != recovery_state::open) {
    conserving_ = false;
    window_ = std::max(window_, saved_window_);
  }
  if (!conserving_)
    return false;
  window_ = std::max(window_, ack.in_flight + ack.delivered);
  return true;
}

void bbr::save_window() {
  if (last_state_ == recovery_state::open && mode_ != mode::probe_rtt)
    saved_window_ = window_;
  else
    saved_window_ = std::max(saved_window_, window_);
}

double bbr::pacing_gain() const {
  switch (mode_) {
  case mode::startup:
    return high_gain;
  case mode::drain:
    return 1 / high_gain;
  case mode::probe_bw:
    return cycle_gains[cycle_];
  case mode::probe_rtt:
    break;
  }
  return 1.0;
}

double bbr::window_gain() const {
  switch (mode_) {
  case mode::startup:
  case mode::drain:
    return high_gain;
  case mode::probe_bw:
    return probe_bw_window_gain;
  case mode::probe_rtt:
    break;
  }
  return 1.0;
}

double bbr::path_packets(double gain) const {
  if (!min_rtt_)
    return initial_window;
  HYPER_ASSERT(gain > 0 && *min_rtt_ > base::duration{});
  auto rtt = microseconds_of(std::max(*min_rtt_, round_trip_floor));
  return std::max(1.0, std::ceil(bandwidth_.best() * rtt * gain));
}

double bbr::extra_packets() const {
  if (!full_pipe_)
    return 0;
  HYPER_ASSERT(std::max(extra_[0], extra_[1]) <= window_max);
  auto most = bandwidth_.best() * microseconds_of(extra_time_max);
  return std::min(most, static_cast<double>(std::max(extra_[0], extra_[1])));
}

} // namespace hyper::udx
