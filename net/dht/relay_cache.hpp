#pragma once

#include "base/keys.hpp"
#include "net/dht/address_list.hpp"

#include <deque>
#include <map>

namespace hyper::dht {

/// Nodes through which peers were reached, to be asked first the next time. The
/// entry that was stored longest ago makes room for a new one.
class relay_cache {
public:
  static constexpr std::size_t entries_max = 512;

  void put(const base::public_key& peer, address_list relays);
  address_list find(const base::public_key& peer) const;
  std::size_t size() const { return relays_.size(); }

private:
  std::map<base::public_key, address_list> relays_;
  std::deque<base::public_key> order_;
};

} // namespace hyper::dht
