#define CAF_SUITE net_dht_tokens

#include "net/dht/tokens.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::dht;

namespace {

constexpr base::fixed_bytes<4> alice{1, 2, 3, 4};
constexpr base::fixed_bytes<4> bob{1, 2, 3, 5};

struct fixture {
  base::instant now;
  tokens minted{{{1}, {2}}, now};

  void pass(base::duration time) {
    now += time;
    minted.advance(now);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(token_tests, fixture)

CAF_TEST(a token belongs to one host) {
  auto token = minted.issue(alice);
  CAF_CHECK(minted.accepts(alice, token));
  CAF_CHECK(!minted.accepts(bob, token));
}

CAF_TEST(a token lives once to twice as long as a secret) {
  minted.issue(bob); // the first period begins
  pass(token_period - base::milliseconds{1});
  auto young = minted.issue(alice);
  pass(token_period);
  CAF_CHECK(minted.accepts(alice, young));
  pass(base::milliseconds{1});
  CAF_CHECK(!minted.accepts(alice, young));
}

CAF_TEST(time without any token does not rotate) {
  auto before = minted.secrets();
  pass(base::minutes{60});
  CAF_CHECK(minted.secrets() == before);
}

CAF_TEST(a long pause renews both secrets at once) {
  auto before = minted.secrets();
  auto token = minted.issue(alice);
  pass(base::minutes{60 * 24 * 365});
  CAF_CHECK(!minted.accepts(alice, token));
  CAF_CHECK(minted.secrets().previous != before.current);
  // From here on the periods are regular again.
  token = minted.issue(alice);
  pass(token_period);
  CAF_CHECK(minted.accepts(alice, token));
}

CAF_TEST_FIXTURE_SCOPE_END()
