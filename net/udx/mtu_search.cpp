#include "net/udx/mtu_search.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::udx {

mtu_search::mtu_search(std::uint32_t limit) : limit_(std::min(limit, mtu_max)) {
  if (limit_ <= mtu_min)
    state_ = state::finished;
}

std::optional<std::uint8_t>
mtu_search::padding_for(std::size_t packet_size) const {
  if (state_ != state::wanted || packet_size > target_ ||
      target_ - packet_size > padding_max)
    return std::nullopt;
  return static_cast<std::uint8_t>(target_ - packet_size);
}

void mtu_search::on_first_delivery() {
  if (state_ == state::waiting)
    state_ = state::wanted;
}

void mtu_search::on_probe_sent() {
  HYPER_ASSERT(state_ == state::wanted);
  state_ = state::in_flight;
}

void mtu_search::on_probe_delivered() {
  HYPER_ASSERT(state_ == state::in_flight);
  mtu_ = target_;
  losses_ = 0;
  state_ = target_ == limit_ ? state::finished : state::wanted;
  target_ = std::min(target_ + step, limit_);
  HYPER_ASSERT(mtu_ <= limit_);
}

void mtu_search::on_probe_lost() {
  HYPER_ASSERT(state_ == state::in_flight);
  state_ = ++losses_ == losses_max ? state::finished : state::wanted;
}

void mtu_search::on_probe_withdrawn() {
  HYPER_ASSERT(state_ == state::in_flight);
  state_ = state::wanted;
}

} // namespace hyper::udx
