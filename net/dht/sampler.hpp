#pragma once

#include "base/endpoint.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

// Our own address, concluded from what others say. docs/dht.md.

namespace hyper::dht {

/// Samples that count: older ones are forgotten one by one.
inline constexpr std::size_t samples_max = 16;

/// Collects what other nodes see as our address and finds what most of the
/// recent ones agree upon; a few may disagree.
class sampler {
public:
  void add(const base::endpoint& seen_as);

  /// What is agreed upon: host and port, or the host alone with port 0 if each
  /// node sees another port. None: no agreement.
  const std::optional<base::endpoint>& address() const { return address_; }

  std::size_t size() const { return size_; }

private:
  struct tally {
    base::endpoint what;
    int hits = 1;
  };
  using tally_ref = std::shared_ptr<tally>;
  using ring = std::array<tally_ref, samples_max>;

  tally_ref count(const ring& samples, const base::endpoint& what) const;
  int threshold() const;

  ring endpoints_; ///< by host and port
  ring hosts_;     ///< by host alone
  std::size_t size_ = 0;
  std::size_t next_ = 0;
  tally_ref best_endpoint_;
  tally_ref best_host_;
  std::optional<base::endpoint> address_;
};

} // namespace hyper::dht
