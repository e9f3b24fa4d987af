#pragma once

#include "net/dht/sampler.hpp"

#include <vector>

// What a node knows of itself: its address, whether strangers reach it, and
// whether it takes part. docs/dht.md.

namespace hyper::dht {

class identity {
public:
  identity(bool firewalled, std::uint16_t server_port)
      : firewalled_(firewalled), server_port_(server_port) {}

  // Samples; true: address() has changed.

  /// What a listed node sees as our address.
  bool note(const base::endpoint& seen_as);

  /// What a node without an id sees. Only the first `limit` of them count: they
  /// cost nothing to invent.
  bool note_from_stranger(const base::endpoint& from,
                          const base::endpoint& seen_as, std::size_t limit);

  /// Strangers reach us, at what these samples say.
  bool open(const sampler& proof);

  /// Requires, if true, that strangers reach us.
  void set_persistent(bool persistent);

  bool firewalled() const { return firewalled_; }
  bool persistent() const { return persistent_; }
  std::uint16_t server_port() const { return server_port_; }
  const sampler& samples() const { return samples_; }

  /// The address others see; port 0: it differs from one to the next.
  const std::optional<base::endpoint>& address() const {
    return samples_.address();
  }

  /// The address that others see always, port included.
  std::optional<base::endpoint> steady_address() const;

  /// The address strangers can send to.
  std::optional<base::endpoint> open_address() const;

private:
  sampler samples_;
  std::vector<base::endpoint> strangers_;
  bool firewalled_;
  bool persistent_ = false;
  std::uint16_t server_port_;
};

} // namespace hyper::dht
