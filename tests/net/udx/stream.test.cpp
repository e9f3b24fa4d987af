#define CAF_SUITE net_udx_stream

#include "net/udx/stream.hpp"

#include "tests/net/udx/pair.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::base;
using test::pair;
using test::path;
using test::pattern;

namespace {

/// Sends both ways until everything has arrived and both ends are closed.
bool exchange(pair& both, std::size_t size) {
  auto there = pattern(size, 1);
  auto back = pattern(size / 2, 2);
  both.left().stream.write(both.now(), there).value();
  both.right().stream.write(both.now(), back).value();
  both.left().stream.end(both.now());
  both.right().stream.end(both.now());
  auto done = both.run(
      [&] { return both.left().closed && both.right().closed; }, minutes{5});
  return done && both.right().received == there && both.left().received == back;
}

} // namespace

CAF_TEST(bytes arrive in order both ways and both ends close cleanly) {
  pair both{1};
  CAF_CHECK(exchange(both, 1'000'000));
  CAF_CHECK(both.left().closed == udx::close_reason::ended);
  CAF_CHECK(both.right().closed == udx::close_reason::ended);
  CAF_CHECK_EQUAL(both.left().acknowledged, 1'000'000u);
  CAF_CHECK_EQUAL(both.left().stream.stats().retransmitted, 0u);
  CAF_CHECK_EQUAL(both.left().stream.stats().timeouts, 0u);
  CAF_MESSAGE("took " << both.elapsed().count() / 1000 << " ms");
}
