#include "base/assert.hpp"
#include "net/noise/handshake.hpp"

// Whatever a stranger says first is either refused or answered.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using namespace hyper;
  auto key = noise::make_static(base::make_key_pair(base::seed{1}));
  for (auto which : {noise::pattern::xx, noise::pattern::ik}) {
    noise::handshake responder{which, noise::role::responder, key, {}};
    if (!responder.read({data, size}))
      continue;
    base::seeded_entropy chance{1};
    auto answer = responder.write(chance, {});
    HYPER_ASSERT(answer.ok() != responder.failed());
  }
  return 0;
}
