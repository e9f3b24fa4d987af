#include "net/udx/stream.hpp"

using namespace hyper;

// The input is cut into datagrams by a length byte each; the stream writes back
// and time passes between them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  base::instant now;
  udx::stream victim{{.local_id = 1}, now};
  victim.connect(now, 2, {});
  base::bytes_view rest{data, size};
  while (!rest.empty()) {
    auto length = std::min<std::size_t>(rest[0], rest.size() - 1);
    victim.handle_datagram(now, {}, rest.subspan(1, length));
    rest = rest.subspan(1 + length);
    static_cast<void>(victim.write(now, base::bytes(length)));
    now += base::milliseconds{100};
    victim.handle_timeout(now);
    while (victim.poll_transmit() || victim.poll_event())
      continue;
  }
  victim.check_invariant();
  return 0;
}
