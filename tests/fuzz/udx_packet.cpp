#include "base/assert.hpp"
#include "net/udx/packet.hpp"

using namespace hyper;

// A packet without blocks that was decoded is encoded to the same values again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  auto packet = udx::decode({data, size});
  if (!packet)
    return 0;
  for (std::size_t i = 0; i < packet->sack_count(); ++i)
    static_cast<void>(packet->sack_at(i));
  if (packet->has(udx::flag::sack | udx::flag::heartbeat) ||
      size > udx::datagram_size_max)
    return 0;
  base::bytes again;
  udx::encode_padded(packet->head, packet->payload, again);
  HYPER_ASSERT(again.size() == size);
  HYPER_ASSERT(udx::decode(again).value().head == packet->head);
  return 0;
}
