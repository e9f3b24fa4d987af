#define CAF_SUITE net_udx_tombstones

#include "net/udx/tombstones.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::base;
using namespace hyper::udx;

namespace {

const endpoint peer{{127, 0, 0, 1}, 4000};

tombstone grave(std::uint32_t id, bool destroyed = false) {
  return {id, 0xaabbccdd, peer, 7, 9, destroyed};
}

bytes packet(std::uint32_t id, std::uint8_t flags) {
  bytes out;
  encode_padded({flags, 0, id, 0, 0, 0}, {}, out);
  return out;
}

instant at(long ms) {
  return instant{} + milliseconds{ms};
}

} // namespace

CAF_TEST(a late end gets its acknowledgement) {
  tombstones graves;
  graves.bury(at(0), grave(1));
  auto answer = graves.handle_datagram(at(10), packet(1, flag::end));
  CAF_REQUIRE(answer);
  CAF_CHECK(answer->to == peer);
  CAF_CHECK_EQUAL(to_hex(answer->datagram),
                  "ff010000ddccbbaa000040000700000009000000");
}

CAF_TEST(after our destroy the answer is to destroy) {
  tombstones graves;
  graves.bury(at(0), grave(1, true));
  auto answer = graves.handle_datagram(at(10), packet(1, flag::data));
  CAF_REQUIRE(answer);
  auto packet = decode(answer->datagram).value();
  CAF_CHECK_EQUAL(packet.head.flags, flag::destroy);
}

CAF_TEST(only packets that ask for an answer get one and one per second) {
  tombstones graves;
  graves.bury(at(0), grave(1));
  auto answers = [&](long ms, std::uint8_t flags, std::uint32_t id = 1) {
    return graves.handle_datagram(at(ms), packet(id, flags)).has_value();
  };
  CAF_CHECK(!answers(1, 0));
  CAF_CHECK(!answers(1, flag::heartbeat));
  CAF_CHECK(!answers(1, flag::destroy));
  CAF_CHECK(!answers(1, flag::data, 2));
  CAF_CHECK(answers(2, flag::data));
  CAF_CHECK(!answers(1001, flag::data));
  CAF_CHECK(answers(1002, flag::data));
  CAF_CHECK_EQUAL(graves.stats().answered, 2u);
  CAF_CHECK_EQUAL(graves.stats().rate_limited, 1u);
  CAF_CHECK(!graves.handle_datagram(at(3000), as_bytes("\xff\x01")));
}

CAF_TEST(entries live fifteen seconds) {
  tombstones graves;
  CAF_CHECK(!graves.poll_timeout());
  graves.bury(at(0), grave(1));
  graves.bury(at(100), grave(2));
  CAF_CHECK(graves.poll_timeout() == at(15'000));
  CAF_CHECK(graves.contains(1));
  graves.handle_timeout(at(15'000));
  CAF_CHECK(!graves.contains(1));
  CAF_CHECK(graves.contains(2));
  CAF_CHECK(!graves.handle_datagram(at(15'100), packet(2, flag::data)));
  CAF_CHECK_EQUAL(graves.size(), 0u);
}

CAF_TEST(an id that is buried again starts a new life) {
  tombstones graves;
  graves.bury(at(0), grave(1));
  graves.bury(at(10'000), grave(1, true));
  graves.handle_timeout(at(16'000));
  CAF_CHECK(graves.contains(1));
  graves.handle_timeout(at(25'000));
  CAF_CHECK(!graves.contains(1));
}

CAF_TEST(the table is bounded and the oldest goes first) {
  tombstones graves;
  auto count = static_cast<std::uint32_t>(tombstones::count_max);
  for (std::uint32_t id = 0; id < count + 10; ++id)
    graves.bury(at(id / 100), grave(id));
  CAF_CHECK_EQUAL(graves.size(), tombstones::count_max);
  CAF_CHECK_EQUAL(graves.stats().evicted, 10u);
  CAF_CHECK(!graves.contains(9));
  CAF_CHECK(graves.contains(10));
}
