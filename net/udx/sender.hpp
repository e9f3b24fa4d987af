#pragma once

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "net/udx/bbr.hpp"
#include "net/udx/config.hpp"
#include "net/udx/counters.hpp"
#include "net/udx/loss.hpp"
#include "net/udx/mtu_search.hpp"
#include "net/udx/pacer.hpp"
#include "net/udx/peer_window.hpp"
#include "net/udx/rate.hpp"
#include "net/udx/send_queue.hpp"
#include "net/udx/send_ring.hpp"

#include <cstdint>
#include <optional>

namespace hyper::udx {

/// The sending half of a stream: cuts what was written into packets, decides
/// when each may leave, and learns from acknowledgements. Composes the parts
/// that each know one concern; what crosses their borders is decided here.
class sender {
public:
  /// Headers of IPv4, UDP and the stream in front of a payload.
  static constexpr std::uint32_t overhead = 20 + 8 + header_size;

  /// Payload of the very first packet, which leaves before it is settled
  /// whether the remote is reached through IPv6: its header is 20 bytes longer.
  static constexpr std::uint32_t first_payload_max = mtu_min - overhead - 20;

  /// What may be unacknowledged above the window before a writer should wait.
  static constexpr std::uint64_t backlog_bytes = 256 * 1024;

  /// Counts what it sends in `stats`, which outlives it.
  sender(const config& options, base::instant now, counters* stats);

  // -- wishes -----------------------------------------------------------------

  /// Both require !end_requested().
  void write(base::instant now, base::bytes chunk);
  void end(base::instant now);

  /// Drops everything that was not acknowledged, once and for all.
  void abandon();

  // -- the peer ---------------------------------------------------------------

  /// Whether the packet acknowledges only what was sent.
  bool can_acknowledge(const header& head) const;

  /// Takes acknowledgement, blocks and window of any packet but a heartbeat.
  /// Requires can_acknowledge().
  void handle_packet(base::instant now, const packet_view& packet);

  // -- time -------------------------------------------------------------------

  void handle_timeout(base::instant now);
  std::optional<base::instant> poll_timeout() const;

  /// Ask for the answer to our END more often: nothing else is missing.
  void hurry(base::instant now);

  // -- what must leave --------------------------------------------------------

  struct outgoing {
    sent_packet* packet = nullptr; ///< valid until the next call
    std::uint8_t padding = 0;
  };

  /// The next packet that has to be sent once more and may leave now, or the
  /// probe of the tail; it counts as sent.
  std::optional<outgoing> poll_repair(base::instant now);

  /// The next new packet that may leave now; it counts as sent. To be asked
  /// when poll_repair() gave nothing.
  std::optional<outgoing> poll_new(base::instant now);

  /// Whether the peer is to be asked for its window. Asking takes it.
  bool take_heartbeat();

  // -- what is ----------------------------------------------------------------

  seq_number next() const { return ring_.next(); }
  std::uint32_t in_flight() const { return ring_.in_flight(); }
  bool end_requested() const { return end_requested_; }

  /// END has left, so all before it has arrived.
  bool end_sent() const { return end_sent_; }

  /// Our END has arrived and everything before it.
  bool ended() const { return end_sent_ && ring_.una() == ring_.next(); }

  /// The peer has not answered for 13 timeouts.
  bool gave_up() const { return loss_.gave_up(); }

  std::uint64_t unsent() const { return queue_.size(); }
  std::uint64_t written() const { return packetized_ + queue_.size(); }
  std::uint64_t acknowledged_offset() const;
  bool backlogged() const;
  std::uint32_t mtu() const { return mtu_.mtu(); }
  const rtt_estimator& rtt() const { return loss_.rtt(); }
  const bbr& congestion() const { return congestion_; }

  void check_invariant() { ring_.check_invariant(); }

private:
  /// What the packets that one acknowledgement reports have in common.
  struct delivery {
    base::instant now;
    std::uint32_t packets = 0;
    std::optional<base::instant> sent_at{}; ///< newest that was sent once
  };

  void release(delivery& turn, seq_number first, seq_number last);
  void release_blocks(delivery& turn, const packet_view& packet);
  void on_delivered(delivery& turn, sent_packet& packet);
  void learn(const delivery& turn, bool advanced, std::uint32_t before);
  void on_lost(const losses& found);

  bool has_new() const;
  bool end_is_due() const;
  bool may_send_new(base::instant now);
  bool may_send(base::instant now);
  outgoing send_new(base::instant now, bool may_probe);
  outgoing resend(base::instant now, sent_packet& packet);
  std::optional<outgoing> send_tail_probe(base::instant now);
  void note_sent(base::instant now, sent_packet& packet, bool fresh);
  void note_idle();
  void watch_window(base::instant now, bool just_written);

  std::size_t payload_max() const { return mtu_.mtu() - overhead; }
  double pacing_bytes_per_us() const;

  counters* stats_;
  send_queue queue_;
  send_ring ring_;
  loss_recovery loss_;
  rate_sampler rates_;
  bbr congestion_;
  pacer pacer_;
  mtu_search mtu_;
  peer_window window_;

  std::uint64_t packetized_ = 0; ///< bytes that were put into packets
  std::optional<std::uint64_t> abandoned_at_; ///< acknowledged until then
  bool end_requested_ = false;
  bool end_sent_ = false;
  bool paced_ = false; ///< a packet waits for the pacer
  bool heartbeat_due_ = false;
  std::optional<base::instant> window_probe_at_;
};

} // namespace hyper::udx
