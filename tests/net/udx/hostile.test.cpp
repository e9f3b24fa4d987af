#define CAF_SUITE net_udx_hostile

#include "tests/net/udx/pair.hpp"
#include "tests/support/property.hpp"

#include <vector>

// A peer that sends whatever it likes: nothing breaks and nothing grows.

using namespace hyper;
using namespace hyper::base;
using test::pair;
using test::path;
using test::pattern;
namespace flag = udx::flag;

namespace {

constexpr std::uint32_t left_id = 0x11223344;

/// A packet whose fields are near what would be right, or far from it.
bytes hostile_packet(entropy& chance, udx::seq_number seq,
                     udx::seq_number ack) {
  auto around = [&](std::uint32_t value) -> std::uint32_t {
    switch (chance.below(4)) {
    case 0:
      return value;
    case 1:
      return value + static_cast<std::uint32_t>(chance.below(64)) - 32;
    case 2:
      return value + static_cast<std::uint32_t>(chance.below(40'000));
    default:
      return chance.u32();
    }
  };
  udx::header head{0, 0, left_id, around(0), around(seq), around(ack)};
  bytes out;
  udx::encode_padded(head, {}, out);
  constexpr std::uint8_t flags[] = {0, 1, 2, 3, 4, 5, 6, 8, 0x20, 0x25, 0xc1};
  out[2] = flags[chance.below(std::size(flags))];
  out[3] = chance.below(4) == 0 ? static_cast<std::uint8_t>(chance.u32()) : 0;
  auto blocks = chance.below(60);
  for (std::uint64_t i = 0; i < blocks; ++i) {
    auto start = around(ack);
    auto end = start + static_cast<std::uint32_t>(chance.below(20'000));
    for (auto value : {start, end})
      for (unsigned shift = 0; shift < 32; shift += 8)
        out.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  return out;
}

} // namespace

CAF_TEST(random packets neither break a stream nor make it grow) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    seeded_entropy chance{seed};
    udx::stream victim{{.local_id = left_id}, {}};
    victim.connect({}, 2, test::address_of(1));
    instant now;
    udx::seq_number next = 0;
    for (int i = 0; i < 300; ++i) {
      now += duration{static_cast<long>(chance.below(50'000))};
      if (!victim.is_closed() && !victim.backlogged())
        static_cast<void>(victim.write(now, pattern(1 + chance.below(5000))));
      victim.handle_datagram(
          now, test::address_of(1),
          hostile_packet(chance, static_cast<udx::seq_number>(i), next));
      if (auto at = victim.poll_timeout(); at && *at <= now)
        victim.handle_timeout(now);
      while (auto out = victim.poll_transmit())
        next = test::parse(out->datagram).head.seq;
      while (victim.poll_event())
        continue;
      if (i % 50 == 0)
        victim.check_invariant();
    }
    victim.check_invariant();
  }
}

CAF_TEST(forged packets in between do not corrupt a stream) {
  // The forger does not know the numbers, but it knows the ids: it may end a
  // stream, and what it acknowledges is refused or too old.
  seeded_entropy chance{7};
  pair both{7};
  auto sent = pattern(200'000);
  both.right().stream.write(both.now(), sent).value();
  both.after_step = [&] {
    udx::header head{flag::sack,   0,
                     0xaabbccdd,   4096,
                     chance.u32(), chance.u32() | 0x40000000};
    bytes forged;
    udx::encode_control(head, {}, forged);
    both.right().stream.handle_datagram(both.now(), {{6, 6, 6, 6}, 6}, forged);
  };
  CAF_CHECK(both.run([&] { return both.left().received.size() == sent.size(); },
                     minutes{1}));
  CAF_CHECK(both.left().received == sent);
  CAF_CHECK(both.left().contacts.empty());
}

CAF_TEST(packets far ahead are not kept) {
  udx::stream victim{{.local_id = left_id}, {}};
  victim.connect({}, 2, test::address_of(1));
  auto send = [&](udx::seq_number seq, std::size_t size) {
    bytes out;
    udx::encode_padded({flag::data, 0, left_id, 0, seq, 0}, bytes(size), out);
    victim.handle_datagram({}, test::address_of(1), out);
  };
  auto span = static_cast<udx::seq_number>(udx::receive_ring::span_max);
  for (udx::seq_number i = 1; i < 2 * span; ++i)
    send(i, 1452);
  CAF_CHECK_GREATER(victim.stats().beyond_limit, std::uint64_t{span});
  CAF_CHECK_LESS_OR_EQUAL(victim.stats().out_of_order * 1452,
                          udx::receive_ring::stored_bytes_max);
  victim.check_invariant();
  // The hole is filled; everything kept is delivered and the rest is asked for.
  send(0, 1452);
  std::size_t got = 0;
  while (auto happened = victim.poll_event())
    if (auto* part = std::get_if<udx::data>(&*happened))
      got += part->payload.size();
  CAF_CHECK_EQUAL(got, (victim.stats().out_of_order + 1) * 1452);
  CAF_CHECK(!test::parse(victim.poll_transmit()->datagram).has(flag::sack));
}

CAF_TEST(acknowledging by blocks alone ends in a timeout) {
  udx::stream victim{{.local_id = left_id}, {}};
  victim.connect({}, 2, test::address_of(1));
  instant now;
  victim.write(now, bytes(1'000'000)).value();
  std::size_t sent = 0;
  for (int i = 0; i < 100'000 && !victim.is_closed(); ++i) {
    udx::seq_number next = 0;
    bool any = false;
    while (auto out = victim.poll_transmit()) {
      next = test::parse(out->datagram).head.seq + 1;
      any = true;
      ++sent;
    }
    if (any) {
      std::vector<udx::sack_block> all{{0, next}};
      bytes out;
      udx::encode_control({0, 0, left_id, 4'000'000, 0, 0}, all, out);
      victim.handle_datagram(now, test::address_of(1), out);
    }
    if (auto at = victim.poll_timeout())
      now = std::max(now, *at);
    victim.handle_timeout(now);
  }
  CAF_CHECK(victim.is_closed());
  CAF_CHECK(now < instant{} + minutes{1});
  CAF_CHECK_LESS(sent, 2'000u);
}

CAF_TEST(a stream of heartbeats is answered once per turn) {
  udx::stream victim{{.local_id = left_id}, {}};
  victim.connect({}, 2, test::address_of(1));
  bytes out;
  udx::encode_control({flag::heartbeat, 0, left_id, 0, 0, 0}, {}, out);
  for (int i = 0; i < 1000; ++i)
    victim.handle_datagram({}, test::address_of(1), out);
  int answers = 0;
  while (victim.poll_transmit())
    ++answers;
  CAF_CHECK_EQUAL(answers, 1);
}
