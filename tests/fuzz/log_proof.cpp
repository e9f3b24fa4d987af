// Any bytes as an answer to a reader: nothing that is not signed is stored.

#include "net/replication/messages.hpp"
#include "tests/store/log/written_log.hpp"

using namespace hyper;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static const auto written = [] {
    test::written_log log;
    log.append_numbered(20);
    return log;
  }();
  static const test::tree_copy reader{written, 13};
  auto message = replication::decode(3, {data, size});
  if (!message)
    return 0;
  const auto& proof = std::get<base::proof>(*message);
  base::proof_request asked;
  asked.block = base::proof_target{proof.block ? proof.block->index : 3, 2};
  asked.upgrade = base::upgrade_target{13, 7};
  auto verdict = reader.verify(asked, proof);
  if (const auto* good = std::get_if<log::verified>(&verdict))
    HYPER_ASSERT(written.holds(good->writes));
  return 0;
}
