#define CAF_SUITE bee_history

#include "store/bee/history.hpp"

#include "tests/store/bee/memory_log.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::bee;
using namespace hyper::test;

namespace {

std::vector<std::uint64_t> seqs(const memory_blocks& blocks,
                                const history_options& options) {
  std::vector<std::uint64_t> out;
  history changes{blocks, blocks.length(), options};
  for (auto got = changes.next(); got && *got; got = changes.next())
    out.push_back((*got)->of.seq);
  return out;
}

memory_log five_puts() {
  memory_log log;
  for (const char* key : {"a", "b", "c", "d", "e"})
    log.put(key, key);
  return log;
}

using numbers = std::vector<std::uint64_t>;

} // namespace

CAF_TEST(every block but the header is a change) {
  auto log = five_puts();
  log.del("c");
  history changes{log.blocks, log.blocks.length()};
  for (int i = 0; i < 5; ++i)
    CAF_CHECK((*changes.next())->what == change::kind::put);
  auto last = **changes.next();
  CAF_CHECK(last.what == change::kind::del);
  CAF_CHECK_EQUAL(base::as_text(last.of.key), "c");
  CAF_CHECK(!*changes.next());
}

CAF_TEST(bounds count from the start or from the end) {
  auto log = five_puts(); // length 6
  history_options options;
  options.gte = 2;
  options.lt = 4;
  CAF_CHECK(seqs(log.blocks, options) == (numbers{2, 3}));
  options = {};
  options.gt = 2;
  options.lte = 4;
  CAF_CHECK(seqs(log.blocks, options) == (numbers{3, 4}));
  options = {};
  options.gte = -2;
  CAF_CHECK(seqs(log.blocks, options) == (numbers{4, 5}));
  options = {};
  options.lt = -2;
  options.reverse = true;
  options.limit = 2;
  CAF_CHECK(seqs(log.blocks, options) == (numbers{3, 2}));
}

CAF_TEST(bounds beyond the log are cut to it) {
  auto log = five_puts();
  HYPER_PROPERTY("any bounds", [&] {
    auto bound = [] {
      std::optional<std::int64_t> out;
      if (*rc::gen::arbitrary<bool>())
        out = *rc::gen::arbitrary<std::int64_t>();
      return out;
    };
    history_options options;
    options.gt = bound();
    options.gte = bound();
    options.lt = bound();
    options.lte = bound();
    auto forward = seqs(log.blocks, options);
    for (auto seq : forward)
      RC_ASSERT(seq >= 1 && seq < log.blocks.length());
    options.reverse = true;
    auto backward = seqs(log.blocks, options);
    std::reverse(backward.begin(), backward.end());
    RC_ASSERT(forward == backward);
  });
  memory_blocks empty;
  CAF_CHECK(seqs(empty, {}).empty());
}

CAF_TEST(a spoiled block ends the history with an error) {
  auto log = five_puts();
  log.blocks.append(base::to_bytes("junk"));
  history changes{log.blocks, log.blocks.length()};
  for (int i = 0; i < 5; ++i)
    CAF_CHECK(changes.next().ok());
  CAF_CHECK(!changes.next().ok());
  CAF_CHECK(!*changes.next());
}
