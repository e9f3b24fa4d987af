#include "net/dht/presence.hpp"

#include <algorithm>

namespace hyper::dht {

namespace {

constexpr ipv4_host loopback{127, 0, 0, 1};

void add_once(address_list& list, const base::endpoint& address) {
  if (list.size() < local_candidates_max && is_sendable(address) &&
      std::find(list.begin(), list.end(), address) == list.end())
    list.push_back(address);
}

} // namespace

address_list presence::addresses() const {
  address_list all;
  if (public_address)
    all.push_back(*public_address);
  all.insert(all.end(), local_addresses.begin(), local_addresses.end());
  return all;
}

address_list local_addresses(const socket_facts& sockets) {
  if (base::is_loopback(sockets.host))
    return {{sockets.host, sockets.server_port}};
  address_list all;
  for (const auto& host : sockets.interfaces)
    if (sockets.host == ipv4_host{} || sockets.host == host)
      all.push_back({host, sockets.server_port});
  if (all.empty())
    all.push_back({loopback, sockets.server_port});
  return all;
}

address_list local_candidates(const address_list& mine,
                              const address_list& theirs,
                              const ipv4_host& seen_host) {
  address_list all;
  if (auto best = match_address(mine, theirs))
    add_once(all, *best);
  if (base::is_loopback(seen_host) && !theirs.empty())
    add_once(all, {loopback, theirs.front().port});
  for (const auto& address : theirs)
    add_once(all, address);
  return all;
}

} // namespace hyper::dht
