#include "net/dht/relay_cache.hpp"

#include "base/assert.hpp"

namespace hyper::dht {

void relay_cache::put(const base::public_key& peer, address_list relays) {
  if (relays.empty())
    return;
  auto known = relays_.find(peer);
  if (known != relays_.end()) {
    known->second = std::move(relays);
    return;
  }
  if (relays_.size() == entries_max) {
    relays_.erase(order_.front());
    order_.pop_front();
  }
  relays_[peer] = std::move(relays);
  order_.push_back(peer);
  HYPER_ASSERT(order_.size() == relays_.size());
}

address_list relay_cache::find(const base::public_key& peer) const {
  auto known = relays_.find(peer);
  return known == relays_.end() ? address_list{} : known->second;
}

} // namespace hyper::dht
