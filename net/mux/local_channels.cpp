#include "net/mux/local_channels.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::mux {

local_channels::iterator local_channels::add(std::string protocol,
                                             base::bytes_view id) {
  local_channel added;
  added.protocol = std::move(protocol);
  added.id = base::to_bytes(id);
  if (free_.empty()) {
    added.number = ++last_number_;
  } else {
    added.number = free_.back();
    free_.pop_back();
  }
  auto position = all_.emplace(channel{++last_handle_}, std::move(added)).first;
  check_invariant();
  return position;
}

void local_channels::remove(iterator gone) {
  free_.push_back(gone->second.number);
  all_.erase(gone);
  check_invariant();
}

local_channels::iterator local_channels::find_number(std::uint64_t number) {
  return std::ranges::find_if(
      all_, [&](const auto& entry) { return entry.second.number == number; });
}

local_channels::iterator local_channels::find_waiting(std::string_view protocol,
                                                      base::bytes_view id) {
  return std::ranges::find_if(all_, [&](const auto& entry) {
    const auto& ours = entry.second;
    return ours.state != channel_state::open && ours.protocol == protocol &&
           base::equal(ours.id, id);
  });
}

void local_channels::check_invariant() const {
  HYPER_ASSERT(all_.size() + free_.size() == last_number_);
  for (const auto& [handle, ours] : all_) {
    HYPER_ASSERT(ours.number > 0 && ours.number <= last_number_);
    HYPER_ASSERT((ours.remote > 0) == (ours.state == channel_state::open));
  }
}

} // namespace hyper::mux
