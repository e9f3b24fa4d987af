#include "net/dht/hyperdht.hpp"

// A bootstrap node that listens takes any datagrams from anybody. The first
// byte of each piece says how long it is and where it arrives.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper;
  base::seeded_entropy chance{1};
  base::instant now{base::seconds{1}};
  dht::hyperdht_config how;
  how.node.role = dht::role::persistent;
  how.node.address = base::endpoint{{127, 0, 0, 1}, 30001};
  dht::hyperdht machine{how, chance, now};
  machine.listen(now, base::make_key_pair({}));
  base::bytes_view rest{data, size};
  while (!rest.empty()) {
    auto head = rest.front();
    auto piece =
        rest.subspan(1).first(std::min<std::size_t>(head, rest.size() - 1));
    rest = rest.subspan(1 + piece.size());
    auto via = static_cast<dht::socket>(head % 2);
    now += base::milliseconds{head};
    machine.handle_datagram(now, via, {{10, 0, 0, 1}, head}, piece);
    machine.handle_timeout(now);
    while (machine.poll_transmit() || machine.poll_event()) {
    }
  }
  return 0;
}
