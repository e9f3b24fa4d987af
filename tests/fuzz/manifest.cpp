#include "base/manifest.hpp"
#include "base/assert.hpp"

// What was read has one canonical form.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper;
  auto who = base::decode_manifest(base::bytes_view{data, size});
  if (!who)
    return 0;
  auto canonical = base::encode(*who);
  auto again = base::decode_manifest(canonical);
  HYPER_ASSERT(again && *again == *who);
  HYPER_ASSERT(base::encode(*again) == canonical);
  return 0;
}
