#include "base/assert.hpp"
#include "base/codec.hpp"
#include "net/secret_stream/framed_handshake.hpp"
#include "net/transport/over_websocket.hpp"

// What a stranger's WebSocket brings: frames, each behind a length byte, for a
// transport that writes, ends and waits between them; and bytes for a
// handshake.

namespace {

using namespace hyper;

void drive(transport::over_websocket& machine, base::bytes_view input) {
  base::reader in{input};
  base::instant now{};
  std::size_t ends = 0;
  for (unsigned round = 0; !in.empty(); ++round) {
    auto length = std::min<std::size_t>(in.u8(), in.remaining());
    auto kind = static_cast<std::uint8_t>(length % 7);
    base::bytes packet{5, 0, 0, 0, kind};
    base::append(packet, in.raw(length));
    machine.handle_packet(now, {}, packet);
    if (round % 3 == 0)
      (void)machine.write(now, base::bytes(length * 100));
    if (round % 5 == 4) {
      now += base::seconds{1};
      machine.handle_timeout(now);
    }
    if (length == 255)
      machine.end(now);
    while (auto event = machine.poll_event())
      ends += std::holds_alternative<udx::closed>(*event) ? 1 : 0;
    while (machine.poll_transmit()) {
    }
  }
  HYPER_ASSERT(ends <= 1);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  transport::over_websocket machine{5, {}};
  drive(machine, {data, size});

  base::seeded_entropy chance{1};
  auto key = noise::make_static(base::make_key_pair(base::seed{1}));
  for (auto side : {noise::role::initiator, noise::role::responder}) {
    secret_stream::framed_handshake talk{side, key, chance};
    (void)talk.handle_bytes({data, size});
    HYPER_ASSERT(!talk.finished() || side == noise::role::responder);
  }
  return 0;
}
