#include "base/assert.hpp"
#include "net/mux/outbox.hpp"

// Messages out of any frame, written again, are as many messages.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper;
  mux::frame_cursor cursor{{data, size}};
  mux::outbox out;
  out.cork();
  std::size_t count = 0;
  for (auto next = cursor.next(); next && *next; next = cursor.next(), ++count)
    out.write(**next);
  out.uncork();
  auto frame = out.poll().value_or(base::bytes{});
  mux::frame_cursor again{frame};
  for (; count > 0; --count) {
    auto next = again.next();
    HYPER_ASSERT(next && *next);
  }
  return 0;
}
