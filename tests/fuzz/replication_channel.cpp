#include "net/replication/channel.hpp"

#include "base/assert.hpp"

// A remote that says anything: one byte of type, one of length, a payload.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper::replication;
  block_set blocks;
  blocks.insert({0, 10});
  channel ours{{{}, {}, stream_role::responder, true}, {0, 10, true}, blocks};
  handshake open{true, capability(stream_role::initiator, {}, {})};
  HYPER_ASSERT(ours.handle_open({}, encode(open)).ok());
  while (ours.is_open() && size >= 2) {
    auto length = std::min<std::size_t>(data[1], size - 2);
    auto done = ours.handle_message({}, data[0], {data + 2, length});
    HYPER_ASSERT(done.ok() == ours.is_open());
    data += 2 + length;
    size -= 2 + length;
    while (ours.poll_event() || ours.poll_transmit())
      continue;
  }
  return 0;
}
