#pragma once

#include "base/time.hpp"
#include "net/udx/rack.hpp"
#include "net/udx/rtt.hpp"
#include "net/udx/send_ring.hpp"

#include <cstdint>
#include <optional>

namespace hyper::udx {

/// open: all is well. recovery: packets were found lost. loss: the peer did not
/// answer at all.
enum class recovery_state : std::uint8_t { open, recovery, loss };

/// Packets that were marked lost by one call.
struct losses {
  std::uint32_t packets = 0;
  std::uint32_t mtu_probes = 0; ///< of these
};

/// Decides when a packet has to be sent again: at once when later ones arrived
/// (RACK), by a probe of the tail when nothing more is sent, and by timeout.
/// The retransmission timeout does not back off beyond its double, and the
/// seventh in a row gives the peer up: 13 timeouts after the first packet.
class loss_recovery {
public:
  static constexpr int timeouts_max = 7;

  /// What a probe of the tail waits beyond two round trips, at least: answers
  /// come once per turn of the peer's event loop.
  static constexpr base::duration tail_wait_min = base::milliseconds{5};

  /// Added when a single packet is outstanding, which the peer may answer late.
  static constexpr base::duration tail_wait_single = base::milliseconds{2};

  /// Shortest retransmission timeout after hurry().
  static constexpr base::duration hurried_timeout_min = base::milliseconds{300};

  explicit loss_recovery(seq_number first) : rack_(first) {}

  // -- sending ----------------------------------------------------------------

  /// A packet has left; `fresh` if for the first time.
  void on_sent(base::instant now, const send_ring& ring, bool fresh);

  /// Whether a probe of the tail is to be sent now, past all limits: a new
  /// packet, or else the newest in flight once more. Asking takes it.
  bool take_tail_probe();

  /// The probe has left under this number.
  void on_tail_probe_sent(seq_number seq, bool fresh);

  // -- an acknowledgement, in this order --------------------------------------

  /// All below `ack` has arrived.
  void on_ack(seq_number ack);

  /// For each packet that has arrived, before the ring forgets it.
  void on_delivered(base::instant now, const sent_packet& packet);

  /// After all of them. `advanced`: the oldest number has changed. `rtt`: of
  /// the newest packet among them that was sent once.
  losses on_delivered_all(base::instant now, send_ring& ring, bool advanced,
                          std::optional<base::duration> rtt);

  // -- time -------------------------------------------------------------------

  losses handle_timeout(base::instant now, send_ring& ring);
  std::optional<base::instant> poll_timeout() const;

  /// From now on the timeout is at least hurried_timeout_min, not a second, and
  /// does not double: there may well be nobody left to answer.
  void hurry(base::instant now);

  /// Whether the retransmission timeout fired in the last handle_timeout().
  bool timed_out() const { return timed_out_; }

  /// The peer has not answered timeouts_max times.
  bool gave_up() const { return timeouts_ >= timeouts_max; }

  // -- what is ----------------------------------------------------------------

  recovery_state state() const { return state_; }
  const rtt_estimator& rtt() const { return rtt_; }

private:
  struct tail_probe {
    seq_number seq = 0;
    bool fresh = false;
  };

  losses detect(base::instant now, send_ring& ring);
  losses on_retransmission_timeout(base::instant now, send_ring& ring);
  void on_tail_timeout(base::instant now);
  base::duration timeout() const;
  void arm_retransmission(base::instant now, const send_ring& ring);
  void arm_tail(base::instant now, const send_ring& ring);
  static void mark_lost(send_ring& ring, sent_packet& packet, losses& found);

  rtt_estimator rtt_;
  rack rack_;
  recovery_state state_ = recovery_state::open;
  seq_number mark_ = 0; ///< repaired when all below has arrived
  int timeouts_ = 0;    ///< in a row
  bool timed_out_ = false;
  bool hurried_ = false;

  bool tail_due_ = false;
  bool tail_allowed_ = true; ///< one probe per round trip sample
  std::optional<tail_probe> tail_;

  std::optional<base::instant> retransmit_at_;
  std::optional<base::instant> tail_at_;
  std::optional<base::instant> reorder_at_;
};

} // namespace hyper::udx
