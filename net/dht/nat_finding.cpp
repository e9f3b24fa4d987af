#include "net/dht/nat_finding.hpp"

#include <algorithm>

namespace hyper::dht {

namespace {

/// Below this nothing can be said.
constexpr std::size_t samples_min = 3;

/// Nodes that are asked; when all have answered, that is it.
constexpr std::size_t samples_wanted = 4;

} // namespace

nat_finding::nat_finding(bool node_is_firewalled)
    : node_is_firewalled_(node_is_firewalled),
      firewall_(node_is_firewalled ? firewall::unknown : firewall::open) {}

void nat_finding::add(const base::endpoint& seen_as, const base::endpoint& by) {
  if (std::find(visited_.begin(), visited_.end(), by) != visited_.end() ||
      visited_.size() == samples_max)
    return;
  visited_.push_back(by);
  count(hosts_, {seen_as.host, 0});
  count(endpoints_, seen_as);
  if (!frozen_ && (sampled() >= samples_min || !node_is_firewalled_)) {
    firewall_ = classify();
    addresses_ = tell();
  }
  decided_ = decided_ || firewall_ == firewall::consistent ||
             firewall_ == firewall::open || sampled() >= samples_wanted;
}

void nat_finding::count(std::vector<counter>& counters,
                        const base::endpoint& address) {
  auto found = std::find_if(
      counters.begin(), counters.end(),
      [&address](const counter& c) { return c.address == address; });
  if (found == counters.end()) {
    counters.push_back({address, 1});
    return;
  }
  ++found->hits;
  // The order among equals is that of arrival, so that both ends of a punch
  // try the same address first.
  for (; found != counters.begin() && (found - 1)->hits < found->hits; --found)
    std::swap(*(found - 1), *found);
}

dht::firewall nat_finding::classify() const {
  if (!node_is_firewalled_)
    return firewall::open;
  auto most = endpoints_.front().hits;
  if (most >= 3)
    return firewall::consistent;
  if (most == 1)
    return firewall::random;
  if (hosts_.size() == 1 && sampled() > 3)
    return firewall::random;
  if (hosts_.size() > 1 && endpoints_[1].hits > 1)
    return firewall::consistent;
  return sampled() > 4 ? firewall::random : firewall_;
}

std::optional<address_list> nat_finding::tell() const {
  if (firewall_ == firewall::unknown)
    return std::nullopt;
  if (firewall_ == firewall::random)
    return address_list{hosts_.front().address};
  if (firewall_ != firewall::consistent)
    return addresses_;
  address_list told;
  for (const auto& candidate : endpoints_)
    if (candidate.hits >= 2 || told.size() < 2)
      told.push_back(candidate.address);
  return told;
}

} // namespace hyper::dht
