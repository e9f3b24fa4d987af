#include "net/udx/loss.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <initializer_list>

namespace hyper::udx {

void loss_recovery::on_sent(base::instant now, const send_ring& ring,
                            bool fresh) {
  if (!retransmit_at_)
    retransmit_at_ = now + timeout();
  if (fresh)
    arm_tail(now, ring);
}

bool loss_recovery::take_tail_probe() {
  return std::exchange(tail_due_, false);
}

void loss_recovery::on_tail_probe_sent(seq_number seq, bool fresh) {
  HYPER_ASSERT(!tail_ && !tail_due_);
  tail_ = tail_probe{seq, fresh};
  tail_allowed_ = false;
  tail_at_.reset();
}

void loss_recovery::on_ack(seq_number ack) {
  // A fresh probe is settled as well by the ack of all before it: then there
  // was no loss that it could have found.
  if (tail_ && (before(tail_->seq, ack) || (tail_->fresh && tail_->seq == ack)))
    tail_.reset();
  if (state_ != recovery_state::open && !before(ack, mark_))
    state_ = recovery_state::open;
  HYPER_ASSERT(state_ == recovery_state::open || before(ack, mark_));
}

void loss_recovery::on_delivered(base::instant now, const sent_packet& packet) {
  rack_.on_delivered(now, packet, rtt_.smoothed());
}

losses loss_recovery::on_delivered_all(base::instant now, send_ring& ring,
                                       bool advanced,
                                       std::optional<base::duration> rtt) {
  HYPER_ASSERT(!gave_up());
  if (rtt) {
    HYPER_ASSERT(*rtt >= base::duration{});
    rtt_.sample(now, *rtt);
    tail_allowed_ = true;
  }
  if (advanced) {
    timeouts_ = 0;
    arm_retransmission(now, ring);
  }
  auto found = detect(now, ring);
  arm_tail(now, ring);
  return found;
}

losses loss_recovery::handle_timeout(base::instant now, send_ring& ring) {
  timed_out_ = false;
  if (retransmit_at_ && *retransmit_at_ <= now)
    return on_retransmission_timeout(now, ring);
  if (tail_at_ && *tail_at_ <= now)
    on_tail_timeout(now);
  if (reorder_at_ && *reorder_at_ <= now)
    return detect(now, ring);
  return {};
}

void loss_recovery::hurry(base::instant now) {
  hurried_ = true;
  if (retransmit_at_)
    retransmit_at_ = std::min(*retransmit_at_, now + timeout());
}

base::duration loss_recovery::timeout() const {
  return hurried_ ? rtt_.timeout(hurried_timeout_min) : rtt_.timeout();
}

std::optional<base::instant> loss_recovery::poll_timeout() const {
  std::optional<base::instant> first;
  for (const auto& at : {retransmit_at_, tail_at_, reorder_at_})
    if (at && (!first || *at < *first))
      first = at;
  return first;
}

// In the order of sending, so the first packet that may still come ends it: all
// behind it were sent later.
losses loss_recovery::detect(base::instant now, send_ring& ring) {
  losses found;
  reorder_at_.reset();
  auto tolerance =
      rack_.tolerance(rtt_, state_ != recovery_state::open, ring.sacked());
  while (auto* packet = ring.oldest_in_flight()) {
    auto deadline = rack_.deadline(*packet, tolerance);
    if (!deadline)
      break;
    if (*deadline > now) {
      reorder_at_ = deadline;
      break;
    }
    mark_lost(ring, *packet, found);
  }
  HYPER_ASSERT(found.mtu_probes <= found.packets);
  if (found.packets > found.mtu_probes && state_ == recovery_state::open) {
    state_ = recovery_state::recovery;
    mark_ = ring.next();
    tail_.reset();
  }
  return found;
}

losses loss_recovery::on_retransmission_timeout(base::instant now,
                                                send_ring& ring) {
  losses found;
  HYPER_ASSERT(!gave_up());
  timed_out_ = true;
  tail_at_.reset();
  reorder_at_.reset();
  retransmit_at_.reset();
  if (++timeouts_ >= timeouts_max)
    return found;
  state_ = recovery_state::loss;
  mark_ = ring.next();
  tail_.reset();
  tail_due_ = false;
  retransmit_at_ = now + (hurried_ ? 1 : 2) * timeout();
  auto* first = ring.next_outstanding(ring.una(), ring.next());
  if (first && first->in_flight)
    mark_lost(ring, *first, found);
  auto tolerance = rack_.tolerance(rtt_, true, ring.sacked());
  while (auto* packet = ring.oldest_in_flight()) {
    if (packet->sent_at + rack_.latest_rtt() + tolerance > now)
      break;
    mark_lost(ring, *packet, found);
  }
  return found;
}

void loss_recovery::on_tail_timeout(base::instant now) {
  tail_at_.reset();
  tail_due_ = true;
  retransmit_at_ = now + timeout();
}

void loss_recovery::arm_retransmission(base::instant now,
                                       const send_ring& ring) {
  if (ring.outstanding() == 0)
    retransmit_at_.reset();
  else
    retransmit_at_ = now + timeout();
}

void loss_recovery::arm_tail(base::instant now, const send_ring& ring) {
  tail_at_.reset();
  if (state_ != recovery_state::open || ring.in_flight() == 0 ||
      ring.sacked() > 0 || tail_ || tail_due_ || !tail_allowed_ ||
      !rtt_.known())
    return;
  auto wait = std::max(2 * rtt_.smoothed(), tail_wait_min);
  if (ring.outstanding() == 1)
    wait += tail_wait_single;
  HYPER_ASSERT(wait >= tail_wait_min);
  if (retransmit_at_ && now + wait < *retransmit_at_)
    tail_at_ = now + wait;
}

void loss_recovery::mark_lost(send_ring& ring, sent_packet& packet,
                              losses& found) {
  HYPER_ASSERT(packet.in_flight && packet.transmissions > 0);
  ++found.packets;
  if (packet.mtu_probe)
    ++found.mtu_probes;
  packet.mtu_probe = false;
  ring.mark_lost(packet);
}

} // namespace hyper::udx
