#include "net/mux/mux.hpp"

// Frames of a remote, each behind a length byte, against a mux with a channel
// of its own, an offer, and an owner that accepts every second wish.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper;
  mux::mux machine;
  machine.offered().add("p");
  (void)machine.open("q", {});
  base::reader in{{data, size}};
  for (unsigned wishes = 0; !in.empty();) {
    auto length = std::min<std::size_t>(in.u8(), in.remaining());
    machine.handle_message(in.raw(length));
    while (auto next = machine.poll_event())
      if (const auto* asked = std::get_if<mux::incoming>(&*next))
        if (++wishes % 2 == 0)
          (void)machine.accept(asked->wanted);
    while (machine.poll_transmit()) {
    }
  }
  return 0;
}
