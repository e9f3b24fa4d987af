#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "net/udx/packet.hpp"
#include "net/udx/rate.hpp"
#include "net/udx/seq_set.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace hyper::udx {

/// A packet that was given a number. It keeps number and payload for ever: the
/// peer keeps the first copy it sees.
struct sent_packet {
  seq_number seq = 0;
  std::uint8_t flags = 0;
  bool in_flight = false; ///< else it is lost and waits for its turn
  bool mtu_probe = false; ///< its present transmission is padded
  std::uint32_t transmissions = 0;
  base::instant sent_at;        ///< last transmission
  std::uint64_t end_offset = 0; ///< of the stream, behind the payload
  rate_snapshot rate;
  base::bytes datagram; ///< header, payload
  seq_number older = 0; ///< neighbours in the order of sending
  seq_number newer = 0;

  std::size_t payload_size() const { return datagram.size() - header_size; }
  bool retransmitted() const { return transmissions > 1; }
};

/// The packets that were sent and have not arrived, as far as is known:
/// [una, next) without what was acknowledged by blocks. Each is in flight, in
/// the order of sending, or lost, in the order in which that was found out.
/// References are valid until push().
class send_ring {
public:
  /// Numbers from the oldest packet to the next one. It is what our receiver
  /// keeps of a peer, and more than a window of 4 MiB lets out.
  static constexpr std::size_t span_max = 16'384;

  explicit send_ring(seq_number first) : una_(first), next_(first) {}

  seq_number una() const { return una_; }   ///< oldest not acknowledged
  seq_number next() const { return next_; } ///< not yet used
  bool full() const { return next_ - una_ >= span_max; }

  std::uint32_t in_flight() const { return in_flight_; }
  std::uint32_t outstanding() const { return outstanding_; }

  /// Packets that were acknowledged by blocks alone.
  std::uint32_t sacked() const { return next_ - una_ - outstanding_; }

  /// A new packet with the next number, room for a header and no payload.
  /// Requires !full(). The caller sends it at once.
  sent_packet& push();

  /// The packet leaves now, as the newest in flight. Requires that it is new or
  /// lost, or that it is in flight and sent once more.
  void mark_sent(sent_packet& packet, base::instant now);

  /// Takes it out of flight. Requires packet.in_flight.
  void mark_lost(sent_packet& packet);

  /// It has arrived: forgets it.
  void release(sent_packet& packet);

  /// All below was acknowledged. Requires that it was released and that `ack`
  /// lies in [una, next].
  void advance(seq_number ack);

  /// The first packet in [first, last) that has not arrived, or null. Requires
  /// una <= first, last <= next.
  sent_packet* next_outstanding(seq_number first, seq_number last);
  const sent_packet* first_outstanding() const;

  /// The lost packet that is to be sent again first, or null.
  sent_packet* next_lost();

  /// Packets in flight in the order of sending; null at the end.
  sent_packet* oldest_in_flight();
  sent_packet* newest_in_flight();
  sent_packet* newer(const sent_packet& packet);

  /// Forgets all packets, keeps the numbers.
  void clear();

  void check_invariant();

private:
  static constexpr std::size_t capacity_min = 64;

  /// What an empty ring keeps at most, so that an idle stream stays small.
  static constexpr std::size_t capacity_idle = 256;

  /// Buffers kept for the next packets, so that steady traffic does not
  /// allocate: 64 of at most 1,500 bytes.
  static constexpr std::size_t spare_max = 64;

  sent_packet& at(seq_number seq) { return slots_[seq & (slots_.size() - 1)]; }
  void grow();
  void release_slots();
  void link_newest(sent_packet& packet);
  void unlink(sent_packet& packet);
  base::bytes take_buffer();

  seq_number una_;
  seq_number next_;
  seq_set present_;
  std::vector<sent_packet> slots_;
  std::uint32_t outstanding_ = 0;
  std::uint32_t in_flight_ = 0;
  seq_number oldest_ = 0; ///< in flight; valid if in_flight_ > 0
  seq_number newest_ = 0;
  std::deque<seq_number> lost_; ///< those that have arrived since are skipped
  std::vector<base::bytes> spare_;
};

} // namespace hyper::udx
