#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// Whether the network answers. docs/dht.md.

namespace hyper::dht {

enum class health_state : std::uint8_t { online, degraded, offline };

/// Judges by the answers and timeouts of the last four ticks. Ticks in which
/// less than four things happened say nothing.
class health {
public:
  /// The totals so far, once a tick. True: the state has changed.
  bool update(std::uint64_t responses, std::uint64_t timeouts);

  /// Online again until shown otherwise. True: the state has changed.
  bool reset();

  health_state state() const { return state_; }

private:
  static constexpr std::size_t window = 4;
  static constexpr std::uint64_t events_min = 4;
  static constexpr unsigned offline_ticks_min = 2;

  enum class verdict : std::uint8_t { none, good, degraded, offline };

  verdict judge(std::uint64_t responses, std::uint64_t timeouts) const;
  std::size_t count(verdict which) const;
  health_state conclude() const;

  std::array<verdict, window> verdicts_{};
  std::size_t ticks_ = 0;
  unsigned offline_in_a_row_ = 0;
  std::uint64_t responses_ = 0;
  std::uint64_t timeouts_ = 0;
  health_state state_ = health_state::online;
};

} // namespace hyper::dht
