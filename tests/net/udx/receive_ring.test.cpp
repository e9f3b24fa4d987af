#define CAF_SUITE net_udx_receive_ring

#include "net/udx/receive_ring.hpp"

#include "tests/support/property.hpp"

#include <algorithm>
#include <numeric>

using namespace hyper;
using namespace hyper::base;
using namespace hyper::udx;

namespace {

packet_view packet(seq_number seq, std::string_view payload,
                   std::uint8_t flags = flag::data) {
  packet_view out;
  out.head.seq = seq;
  out.head.flags = flags;
  out.payload = as_bytes(payload);
  return out;
}

std::string text(const bytes& data) {
  return std::string{as_text(data)};
}

std::vector<sack_block> blocks(const receive_ring& ring) {
  std::vector<sack_block> out;
  ring.blocks(out);
  return out;
}

} // namespace

CAF_TEST(packets are put in order across the wrap) {
  receive_ring ring{0xffffffff};
  CAF_CHECK(ring.take(packet(1, "c")) == arrival::stored);
  CAF_CHECK(ring.take(packet(0, "b")) == arrival::stored);
  CAF_CHECK(ring.take(packet(1, "x")) == arrival::duplicate);
  CAF_CHECK(blocks(ring) == std::vector<sack_block>{{0, 2}});
  CAF_CHECK(!ring.has_data());
  CAF_CHECK(ring.take(packet(0xffffffff, "a")) == arrival::delivered);
  CAF_CHECK_EQUAL(ring.expected(), 2u);
  CAF_CHECK_EQUAL(text(ring.release()), "abc");
  CAF_CHECK(ring.take(packet(0, "b")) == arrival::duplicate);
  CAF_CHECK(!ring.has_holes());
  ring.check_invariant();
}

CAF_TEST(the end counts once everything before it is there) {
  receive_ring ring{0};
  CAF_CHECK(ring.take(packet(1, "lost", flag::end)) == arrival::stored);
  CAF_CHECK(ring.take(packet(2, "late")) == arrival::after_end);
  CAF_CHECK(!ring.ended());
  ring.take(packet(0, "a"));
  CAF_CHECK(ring.ended());
  CAF_CHECK_EQUAL(ring.expected(), 2u);
  CAF_CHECK_EQUAL(text(ring.release()), "a");
  CAF_CHECK(ring.take(packet(2, "late")) == arrival::after_end);
  CAF_CHECK_EQUAL(ring.expected(), 2u);
}

CAF_TEST(what was stored behind a later end is forgotten) {
  receive_ring ring{0};
  ring.take(packet(5, "beyond"));
  ring.take(packet(0, "a", flag::data | flag::end));
  CAF_CHECK(ring.ended());
  CAF_CHECK_EQUAL(ring.stored_bytes(), 0u);
  CAF_CHECK(blocks(ring).empty());
}

CAF_TEST(the span is bounded) {
  receive_ring ring{7};
  auto last = 7 + static_cast<seq_number>(receive_ring::span_max);
  CAF_CHECK(ring.take(packet(last - 1, "x")) == arrival::stored);
  CAF_CHECK(ring.take(packet(last, "x")) == arrival::beyond_limit);
  CAF_CHECK(ring.take(packet(7 + 0x7fffffffu, "x")) == arrival::beyond_limit);
  CAF_CHECK(blocks(ring) == std::vector<sack_block>{{last - 1, last}});
  ring.check_invariant();
}

CAF_TEST(the bytes stored are bounded) {
  receive_ring ring{0};
  std::string payload(1452, 'x');
  seq_number seq = 1;
  while (ring.take(packet(seq, payload)) == arrival::stored)
    ++seq;
  CAF_CHECK_LESS_OR_EQUAL(ring.stored_bytes(), receive_ring::stored_bytes_max);
  CAF_CHECK_GREATER(ring.stored_bytes(), receive_ring::stored_bytes_max / 2);
  ring.take(packet(0, "a"));
  CAF_CHECK_EQUAL(ring.expected(), seq);
  CAF_CHECK_EQUAL(ring.stored_bytes(), 0u);
}

CAF_TEST(bytes that nobody fetches are bounded) {
  receive_ring ring{0};
  std::string payload(64 * 1024, 'x');
  seq_number seq = 0;
  while (ring.take(packet(seq, payload)) == arrival::delivered)
    ++seq;
  CAF_CHECK_EQUAL(seq, receive_ring::in_order_bytes_max / payload.size());
  while (ring.has_data())
    ring.release();
  CAF_CHECK(ring.take(packet(seq, payload)) == arrival::delivered);
}

CAF_TEST(the lowest fifty blocks are told) {
  receive_ring ring{0};
  for (seq_number seq = 1; seq < 400; seq += 2)
    ring.take(packet(seq, "x"));
  auto told = blocks(ring);
  CAF_REQUIRE_EQUAL(told.size(), sack_blocks_max);
  for (std::size_t i = 0; i < told.size(); ++i) {
    auto seq = static_cast<seq_number>(2 * i + 1);
    CAF_CHECK(told[i] == (sack_block{seq, seq + 1}));
  }
}

CAF_TEST(properties) {
  HYPER_PROPERTY("any order gives the same bytes", [](seq_number start) {
    auto count = *rc::gen::inRange<std::size_t>(1, 600);
    std::vector<seq_number> order(count);
    std::iota(order.begin(), order.end(), 0u);
    for (std::size_t i = count; i > 1; --i)
      std::swap(order[i - 1], order[*rc::gen::inRange<std::size_t>(0, i)]);
    receive_ring ring{start};
    std::string want;
    for (std::size_t i = 0; i < count; ++i)
      want += static_cast<char>('a' + i % 26);
    for (auto at : order) {
      ring.take(packet(start + at, std::string_view{want}.substr(at, 1)));
      ring.check_invariant();
    }
    RC_ASSERT(text(ring.release()) == want);
    RC_ASSERT(ring.expected() == start + count);
  });
}
