#pragma once

#include "net/dht/address_list.hpp"
#include "net/dht/commands.hpp"

#include <optional>
#include <vector>

namespace hyper::dht {

/// What the address samples of one punch socket say about the NAT in front of
/// it. Rules: docs/hyperdht.md, section on NAT findings.
class nat_finding {
public:
  /// Nodes whose samples are kept; four are asked, the punch itself brings a
  /// few more.
  static constexpr std::size_t samples_max = 16;

  explicit nat_finding(bool node_is_firewalled);

  /// `by` saw us as `seen_as`. Each node counts once.
  void add(const base::endpoint& seen_as, const base::endpoint& by);

  /// What was told to the peer must not change any more.
  void freeze() { frozen_ = true; }

  dht::firewall firewall() const { return firewall_; }

  /// What to tell the peer: consistent: the addresses seen most; random: the
  /// host seen most with port 0; else nothing.
  const std::optional<address_list>& addresses() const { return addresses_; }

  /// Nodes that have given a sample.
  std::size_t sampled() const { return visited_.size(); }

  /// Whether further samples will not change the finding.
  bool is_decided() const { return decided_; }

private:
  struct counter {
    base::endpoint address;
    unsigned hits;
  };

  static void count(std::vector<counter>& counters,
                    const base::endpoint& address);
  dht::firewall classify() const;
  std::optional<address_list> tell() const;

  bool node_is_firewalled_;
  bool frozen_ = false;
  bool decided_ = false;
  dht::firewall firewall_;
  std::optional<address_list> addresses_;
  std::vector<base::endpoint> visited_;
  std::vector<counter> hosts_;     ///< port 0, most hits first
  std::vector<counter> endpoints_; ///< most hits first
};

} // namespace hyper::dht
