#define CAF_SUITE net_udx_packet

#include "net/udx/packet.hpp"

#include "base/text.hpp"
#include "net/udx/demux.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;
using namespace hyper::base;
using namespace hyper::udx;

namespace {

/// A packet made of a header without extension fields and what follows it.
bytes packet_of(std::uint8_t flags, std::uint8_t offset,
                std::string_view rest) {
  bytes out;
  encode_padded({flags, 0, 0xaabbccdd, 0x400000, 1, 1}, as_bytes(rest), out);
  out[3] = offset;
  return out;
}

packet_view parse(bytes_view datagram) {
  return decode(datagram).value();
}

/// Reads everything a decoded packet offers.
std::size_t touch(bytes_view datagram) {
  auto packet = decode(datagram);
  if (!packet)
    return 0;
  std::size_t sum = packet->payload.size();
  for (auto byte : packet->payload)
    sum += byte;
  for (std::size_t i = 0; i < packet->sack_count(); ++i)
    sum += packet->sack_at(i).start + packet->sack_at(i).end;
  return sum;
}

} // namespace

CAF_TEST(the first packet of a stream) {
  bytes out;
  encode_padded({flag::data, 0, 0xaabbccdd, 0x400000, 0, 0}, as_bytes("hello"),
                out);
  CAF_CHECK_EQUAL(to_hex(out),
                  "ff010100ddccbbaa00004000000000000000000068656c6c6f");
}

CAF_TEST(blocks stand in an acknowledgement) {
  std::vector<sack_block> blocks{{2, 3}, {4, 6}};
  bytes out;
  encode_control({0, 0, 0xaabbccdd, 0x400000, 1, 1}, blocks, out);
  CAF_CHECK_EQUAL(to_hex(out), "ff010400ddccbbaa000040000100000001000000"
                               "02000000030000000400000006000000");
  auto packet = decode(out).value();
  CAF_CHECK_EQUAL(packet.sack_count(), 2u);
  CAF_CHECK(packet.sack_at(1) == blocks[1]);
  CAF_CHECK(packet.payload.empty());
}

CAF_TEST(the data offset is skipped and tells blocks from payload) {
  auto padded = packet_of(flag::data, 4, std::string_view{"\0\0\0\0skip", 8});
  CAF_CHECK_EQUAL(as_text(parse(padded).payload), "skip");
  auto both = packet_of(flag::data | flag::sack, 8, "12345678hello");
  CAF_CHECK_EQUAL(parse(both).sack_count(), 1u);
  CAF_CHECK_EQUAL(as_text(parse(both).payload), "hello");
}

CAF_TEST(a rest below a block is ignored) {
  auto odd = packet_of(flag::sack, 0, "1234567812345");
  CAF_CHECK_EQUAL(parse(odd).sack_count(), 1u);
}

CAF_TEST(what is no packet is malformed) {
  auto good = packet_of(flag::data, 0, "x");
  CAF_CHECK(decode(good).ok());
  auto other_version = good;
  other_version[1] = 2;
  CAF_CHECK(decode(other_version).failure().code == errc::malformed);
  CAF_CHECK(!stream_id_of(other_version));
  CAF_CHECK(!decode(bytes_view{good}.first(19)).ok());
  CAF_CHECK(!decode(packet_of(flag::data, 2, "x")).ok());
  CAF_CHECK(decode(packet_of(flag::data, 1, "x")).ok());
}

CAF_TEST(nothing behind the header of a heartbeat counts) {
  auto packet = decode(packet_of(flag::heartbeat | flag::data, 9, "x")).value();
  CAF_CHECK(packet.payload.empty());
}

CAF_TEST(recorded packets survive truncation and flipped bits) {
  auto file = test::load_vectors("udx.json");
  for (const auto& entry : file.at("packets").as_array())
    test::mutate(test::hex(entry.as_object().at("hex")), 400,
                 [](bytes_view bad) { touch(bad); });
}

CAF_TEST(properties) {
  HYPER_PROPERTY("a padded packet survives a round trip",
                 [](std::uint8_t offset, std::uint32_t id, std::uint32_t window,
                    seq_number seq, seq_number ack, const bytes& payload) {
                   header head{flag::data, offset, id, window, seq, ack};
                   bytes out;
                   encode_padded(head, payload, out);
                   auto packet = decode(out).value();
                   RC_ASSERT(packet.head == head);
                   RC_ASSERT(equal(packet.payload, payload));
                   RC_ASSERT(stream_id_of(out) == id);
                 });
  HYPER_PROPERTY("any bytes are a packet or an error", [](bytes noise) {
    auto head = packet_of(0, 0, "");
    noise.insert(noise.begin(), head.begin(), head.begin() + 2);
    touch(noise);
  });
}
