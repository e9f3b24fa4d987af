#pragma once

#include "base/entropy.hpp"
#include "net/dht/hyperdht_events.hpp"

#include <functional>
#include <map>
#include <optional>

namespace hyper::dht {

/// Streams whose ids we have told a peer, but which nobody owns yet, as the way
/// to the peer is not known. The first packet for an id, on any socket and from
/// any address, says where the peer is; it and what follows is kept.
class early_streams {
public:
  /// Whoever waits for the packets. Outlives its claims.
  class waiter {
  public:
    virtual ~waiter() = default;

    /// The first packet for `id` has arrived; take() gives it.
    virtual void handle_first_packet(base::instant now, std::uint32_t id) = 0;
  };

  /// Where packets come from, and the packets.
  struct arrivals {
    socket via = socket::server;
    base::endpoint from;
    std::vector<base::bytes> packets;
  };

  /// `is_taken` says whether somebody else uses an id; may be empty.
  early_streams(base::entropy& chance,
                std::function<bool(std::uint32_t)> is_taken);

  /// A fresh id, not zero, whose packets go to `who` until release().
  std::uint32_t claim(waiter& who);
  void release(std::uint32_t id);

  /// True: the id is claimed. The packet is kept, or dropped because it comes
  /// from elsewhere than the first one, or because there are
  /// early_packets_max.
  bool handle_packet(base::instant now, socket via, const base::endpoint& from,
                     std::uint32_t id, base::bytes_view packet);

  /// Releases the id and gives what has arrived; none: nothing yet.
  std::optional<arrivals> take(std::uint32_t id);

  bool has_arrivals(std::uint32_t id) const;
  bool owns(std::uint32_t id) const { return claims_.count(id) != 0; }
  std::size_t size() const { return claims_.size(); }
  std::uint64_t dropped() const { return dropped_; }

private:
  struct claimed {
    waiter* who;
    std::optional<arrivals> got;
  };

  base::entropy& chance_;
  std::function<bool(std::uint32_t)> is_taken_;
  std::map<std::uint32_t, claimed> claims_;
  std::uint64_t dropped_ = 0;
};

} // namespace hyper::dht
