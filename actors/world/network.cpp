#include "actors/world/network.hpp"

#include "actors/runtime/hooked.hpp"

namespace hyper::actors {

void note_sent(std::span<const outgoing> packets) {
  if (installed_observer.load(std::memory_order_acquire) == nullptr)
    return; // the sum is for nobody
  std::uint64_t bytes = 0;
  for (const auto& one : packets)
    bytes += one.data.size();
  trace_note("sent_bytes", bytes);
}

} // namespace hyper::actors
