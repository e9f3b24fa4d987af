#define CAF_SUITE net_udx_send_ring

#include "net/udx/send_ring.hpp"

#include "tests/support/property.hpp"

#include <map>
#include <set>

using namespace hyper;
using namespace hyper::base;
using namespace hyper::udx;

namespace {

seq_number send(send_ring& ring, instant now = {}) {
  auto& packet = ring.push();
  ring.mark_sent(packet, now);
  return packet.seq;
}

sent_packet& at(send_ring& ring, seq_number seq) {
  return *ring.next_outstanding(seq, seq + 1);
}

} // namespace

CAF_TEST(packets leave the ring when they have arrived) {
  send_ring ring{0xfffffffe};
  for (int i = 0; i < 4; ++i)
    send(ring);
  CAF_CHECK_EQUAL(ring.next(), 2u);
  CAF_CHECK_EQUAL(ring.in_flight(), 4u);
  ring.release(at(ring, 0));
  CAF_CHECK_EQUAL(ring.sacked(), 1u);
  CAF_CHECK(ring.next_outstanding(0, 1) == nullptr);
  ring.release(at(ring, 0xfffffffe));
  ring.release(at(ring, 0xffffffff));
  ring.advance(1);
  CAF_CHECK_EQUAL(ring.una(), 1u);
  CAF_CHECK_EQUAL(ring.sacked(), 0u);
  CAF_CHECK_EQUAL(ring.first_outstanding()->seq, 1u);
  ring.check_invariant();
}

CAF_TEST(lost packets wait in the order in which they were lost) {
  send_ring ring{0};
  for (int i = 0; i < 4; ++i)
    send(ring);
  ring.mark_lost(at(ring, 2));
  ring.mark_lost(at(ring, 0));
  CAF_CHECK_EQUAL(ring.in_flight(), 2u);
  CAF_CHECK_EQUAL(ring.next_lost()->seq, 2u);
  ring.release(at(ring, 2));
  CAF_CHECK_EQUAL(ring.next_lost()->seq, 0u);
  ring.mark_sent(at(ring, 0), instant{} + seconds{1});
  CAF_CHECK(ring.next_lost() == nullptr);
  CAF_CHECK_EQUAL(ring.oldest_in_flight()->seq, 1u);
  CAF_CHECK_EQUAL(ring.newest_in_flight()->seq, 0u);
  CAF_CHECK(ring.newest_in_flight()->retransmitted());
}

CAF_TEST(the span is bounded and an empty ring is small again) {
  send_ring ring{0};
  while (!ring.full())
    send(ring);
  CAF_CHECK_EQUAL(ring.outstanding(), send_ring::span_max);
  ring.check_invariant();
  while (auto* packet = ring.next_outstanding(ring.una(), ring.next()))
    ring.release(*packet);
  CAF_CHECK(ring.full());
  ring.advance(ring.next());
  CAF_CHECK(!ring.full());
  send(ring);
  ring.check_invariant();
}

CAF_TEST(properties) {
  HYPER_PROPERTY("it agrees with a simple model", [](seq_number first) {
    send_ring ring{first};
    std::map<seq_number, bool> model; // offset -> in flight
    for (int i = 0; i < 300; ++i) {
      auto what = *rc::gen::inRange(0, 6);
      if (what < 2) {
        model[send(ring) - first] = true;
      } else if (!model.empty()) {
        auto pick = *rc::gen::inRange<std::size_t>(0, model.size());
        auto chosen = std::next(model.begin(), static_cast<long>(pick));
        auto& packet = at(ring, first + chosen->first);
        if (what == 2 && chosen->second) {
          ring.mark_lost(packet);
          chosen->second = false;
        } else if (what == 3) {
          ring.mark_sent(packet, {});
          chosen->second = true;
        } else if (what == 4) {
          ring.release(packet);
          model.erase(chosen);
        }
      }
      if (what == 5)
        ring.advance(model.empty() ? ring.next()
                                   : first + model.begin()->first);
      ring.check_invariant();
      RC_ASSERT(ring.outstanding() == model.size());
    }
  });
}
