#pragma once

#include "actors/messages.hpp"
#include "net/transport/transport.hpp"

#include <optional>
#include <span>

namespace hyper::actors {

/// One packet on its way out; the view need only live during the call. Where
/// streams are connections, `to` is not looked at.
struct outgoing {
  base::endpoint to;
  base::bytes_view data;
};

/// Tells observers how much the handler in hand sends.
void note_sent(std::span<const outgoing> packets);

/// The packets of one node, and who gets what arrives: packets of a stream go
/// to the peer that has claimed its id, everything else to whoever looks for
/// peers. Datagrams on two sockets, or frames of WebSockets, one per stream;
/// the simulator has both of them once more.
class network {
public:
  virtual ~network() = default;

  virtual transport::carrier carries() const = 0;

  /// What is not claimed goes there, from now on.
  virtual void start(const packet_sink& rest) = 0;

  virtual void send(dht::socket via, std::span<const outgoing> datagrams) = 0;

  virtual void claim(std::uint32_t stream_id, const packet_sink& owner) = 0;

  /// Late packets are answered as the tombstone says, for a while.
  virtual void release(std::uint32_t stream_id,
                       const std::optional<udx::tombstone>& grave) = 0;

  /// Whether a packet with this id would find an owner or a tombstone.
  virtual bool is_taken(std::uint32_t stream_id) const = 0;

  virtual base::endpoint local(dht::socket which) const = 0;

  /// Closes the sockets; nothing arrives or leaves any more.
  virtual void stop() = 0;
};

} // namespace hyper::actors
