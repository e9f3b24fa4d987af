#define CAF_SUITE rpc_reply_gate

#include "net/rpc/reply_gate.hpp"

#include "tests/support/property.hpp"

#include <algorithm>

using namespace hyper;
using namespace hyper::rpc;

namespace {

constexpr base::instant start{};
constexpr reply_id a{1};
constexpr reply_id b{2};
constexpr reply_id c{3};

void commit(reply_gate& gate, std::uint64_t length,
            std::vector<reply_id> replies, base::instant now = start) {
  gate.committed(now, length, replies);
}

// The announced length, 0 for none.
std::uint64_t announced(reply_gate& gate) {
  auto next = gate.poll_event();
  return next ? next->length : 0;
}

} // namespace

CAF_TEST(law_L9 a length is announced once all its replies are acknowledged) {
  reply_gate gate;
  commit(gate, 5, {a, b});
  CAF_CHECK_EQUAL(announced(gate), 0u);
  gate.acknowledged(start, b);
  CAF_CHECK_EQUAL(announced(gate), 0u);
  gate.acknowledged(start, a);
  CAF_CHECK_EQUAL(announced(gate), 5u);
  CAF_CHECK_EQUAL(announced(gate), 0u);
  CAF_CHECK(!gate.poll_timeout());
}

CAF_TEST(law_L9 acknowledgements out of order wait for the earlier ones) {
  reply_gate gate;
  commit(gate, 5, {a});
  commit(gate, 6, {b});
  commit(gate, 9, {c});
  gate.acknowledged(start, c);
  gate.acknowledged(start, b);
  CAF_CHECK_EQUAL(announced(gate), 0u);
  gate.acknowledged(start, a);
  CAF_CHECK_EQUAL(announced(gate), 9u);
}

CAF_TEST(law_L9 a silent caller holds the news for the bound and no longer) {
  reply_gate gate;
  commit(gate, 5, {a});
  auto later = start + base::milliseconds{100};
  commit(gate, 6, {b}, later);
  auto due = start + reply_gate::bound_default;
  CAF_CHECK(gate.poll_timeout() == due);
  gate.handle_timeout(due - base::microseconds{1});
  CAF_CHECK_EQUAL(announced(gate), 0u);
  gate.handle_timeout(due);
  CAF_CHECK_EQUAL(announced(gate), 5u);
  CAF_CHECK(gate.poll_timeout() == later + reply_gate::bound_default);
  gate.acknowledged(due, a);
  CAF_CHECK_EQUAL(announced(gate), 0u);
  gate.acknowledged(due, b);
  CAF_CHECK_EQUAL(announced(gate), 6u);
}

CAF_TEST(law_L9 a caller that is gone holds nothing) {
  reply_gate gate;
  commit(gate, 5, {a, b});
  gate.abandoned(a);
  CAF_CHECK_EQUAL(announced(gate), 0u);
  gate.abandoned(b);
  CAF_CHECK_EQUAL(announced(gate), 5u);
}

CAF_TEST(a commit that nobody asked for waits for those in front of it) {
  reply_gate gate;
  commit(gate, 5, {});
  CAF_CHECK_EQUAL(announced(gate), 5u);
  commit(gate, 6, {a});
  commit(gate, 7, {});
  CAF_CHECK_EQUAL(announced(gate), 0u);
  gate.acknowledged(start, a);
  CAF_CHECK_EQUAL(announced(gate), 7u);
}

CAF_TEST(unknown and repeated acknowledgements are ignored) {
  reply_gate gate;
  gate.acknowledged(start, a);
  gate.abandoned(b);
  commit(gate, 5, {a});
  gate.acknowledged(start, a);
  gate.acknowledged(start, a);
  CAF_CHECK_EQUAL(announced(gate), 5u);
}

CAF_TEST(above the limit the oldest length is announced at once) {
  reply_gate gate;
  std::uint64_t next = 0;
  auto batch = [&](std::size_t count) {
    std::vector<reply_id> replies(count);
    for (auto& reply : replies)
      reply = reply_id{++next};
    return replies;
  };
  commit(gate, 1, batch(reply_gate::pending_max - 1));
  commit(gate, 2, batch(1));
  CAF_CHECK_EQUAL(announced(gate), 0u);
  commit(gate, 3, batch(1));
  CAF_CHECK_EQUAL(announced(gate), 1u);
  CAF_CHECK_EQUAL(gate.pending(), 2u);
}

CAF_TEST(property) {
  // Commits, acknowledgements and time in any order, against a model that
  // knows which lengths are still held.
  HYPER_PROPERTY(
      "law_L9: no length is announced while a reply of it may be on its way",
      [](const std::vector<std::uint8_t>& steps) {
        reply_gate gate;
        auto now = start;
        std::uint64_t length = 0;
        std::uint64_t last = 0;
        std::vector<base::instant> sent; // by length, from 1
        std::vector<bool> waits;
        for (auto step : steps) {
          auto which = step / 4U;
          if (step % 4 == 0) {
            ++length;
            commit(gate, length, {reply_id{length}}, now);
            sent.push_back(now);
            waits.push_back(true);
          } else if (step % 4 == 1 && which < length) {
            gate.acknowledged(now, reply_id{which + 1});
            waits[which] = false;
          } else {
            now += base::milliseconds{which};
            gate.handle_timeout(now);
          }
          if (auto next = gate.poll_event()) {
            RC_ASSERT(next->length > last);
            last = next->length;
          }
          std::size_t free = 0;
          while (
              free < length &&
              (!waits[free] || now >= sent[free] + reply_gate::bound_default))
            ++free;
          RC_ASSERT(last == free);
        }
      });
}
