#include "net/dht/node.hpp"

// A node against datagrams of strangers, each behind a length byte.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper;
  base::seeded_entropy chance{1};
  base::instant now;
  dht::node node{{.bootstrap = {{{10, 0, 0, 1}, 1}}}, chance, now};
  base::reader in{{data, size}};
  while (!in.empty()) {
    base::endpoint from{{10, 0, 0, in.u8()}, 1};
    auto length = std::min<std::size_t>(in.u8(), in.remaining());
    node.handle_datagram(now, dht::socket::client, from, in.raw(length));
    now += base::milliseconds{in.u8() * 20};
    node.handle_timeout(now);
    while (node.poll_transmit())
      continue;
    while (node.poll_event())
      continue;
  }
  return 0;
}
