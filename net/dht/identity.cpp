#include "net/dht/identity.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::dht {

bool identity::note(const base::endpoint& seen_as) {
  auto before = address();
  samples_.add(seen_as);
  return address() != before;
}

bool identity::note_from_stranger(const base::endpoint& from,
                                  const base::endpoint& seen_as,
                                  std::size_t limit) {
  auto known = std::find(strangers_.begin(), strangers_.end(), from);
  if (strangers_.size() >= limit || known != strangers_.end())
    return false;
  strangers_.push_back(from);
  return note(seen_as);
}

bool identity::open(const sampler& proof) {
  auto before = address();
  firewalled_ = false;
  samples_ = proof;
  strangers_.clear();
  return address() != before;
}

void identity::set_persistent(bool persistent) {
  HYPER_ASSERT(!persistent || (!firewalled_ && address().has_value()));
  persistent_ = persistent;
}

std::optional<base::endpoint> identity::steady_address() const {
  const auto& seen = address();
  return seen && seen->port != 0 ? seen : std::nullopt;
}

std::optional<base::endpoint> identity::open_address() const {
  auto seen = steady_address();
  auto open = !firewalled_ && seen && seen->port == server_port_;
  return open ? seen : std::nullopt;
}

} // namespace hyper::dht
