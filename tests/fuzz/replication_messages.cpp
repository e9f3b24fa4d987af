#include "base/assert.hpp"
#include "net/replication/messages.hpp"

// The first byte says which message; what is read and written again is read
// as the same.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper;
  if (size == 0)
    return 0;
  auto type = data[0] % replication::message_types;
  auto what = replication::decode(type, {data + 1, size - 1});
  if (!what)
    return 0;
  HYPER_ASSERT(replication::type_of(*what) == type);
  auto again = replication::decode(type, replication::encode(*what));
  HYPER_ASSERT(again && *again == *what);
  return 0;
}
