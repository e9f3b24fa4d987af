#pragma once

#include "net/udx/config.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hyper::udx {

/// Finds the largest IP packet that the path carries, by padding ordinary data
/// packets. Starts once a packet has arrived, with the size that is in use
/// already, and goes up in steps; ends at the limit or when one size was lost
/// three times. It never goes down.
class mtu_search {
public:
  static constexpr std::uint32_t step = 32;

  /// A single loss may have another reason.
  static constexpr int losses_max = 3;

  /// The padding is announced in one byte.
  static constexpr std::uint32_t padding_max = 255;

  explicit mtu_search(std::uint32_t limit);

  /// Size of the largest packet known to arrive.
  std::uint32_t mtu() const { return mtu_; }
  std::uint32_t target() const { return target_; }
  bool finished() const { return state_ == state::finished; }

  /// Bytes of padding that make a probe of a new packet of this size, if one is
  /// wanted and this one will do.
  std::optional<std::uint8_t> padding_for(std::size_t packet_size) const;

  void on_first_delivery(); ///< of any packet
  void on_probe_sent();
  void on_probe_delivered();
  void on_probe_lost();

  /// The probe was sent once more without padding: it proves nothing now.
  void on_probe_withdrawn();

private:
  /// waiting: nothing has arrived; wanted: the next packet may be a probe;
  /// in_flight: one is under way.
  enum class state : std::uint8_t { waiting, wanted, in_flight, finished };

  std::uint32_t limit_;
  std::uint32_t mtu_ = mtu_min;
  std::uint32_t target_ = mtu_min;
  int losses_ = 0;
  state state_ = state::waiting;
};

} // namespace hyper::udx
