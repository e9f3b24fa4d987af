#define CAF_SUITE net_dht_errand

#include "net/dht/errand.hpp"

#include "tests/net/dht/errand_bench.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

namespace {

struct chore : dht::errand {
  explicit chore(dht::workplace& at) : errand(at) {}

  using errand::ask;
  using errand::handle;
  using errand::hang_up;
  using errand::search;

  void handle(base::instant, const dht::answered& what) override {
    answers.push_back(what.id);
  }
  void handle_timeout(base::instant) override { ++timeouts; }
  std::optional<base::instant> poll_timeout() const override { return due; }
  bool is_done() const override { return false; }

  std::vector<dht::request_id> answers;
  std::optional<base::instant> due;
  int timeouts = 0;
};

} // namespace

CAF_TEST(answers come to whoever asked) {
  test::errand_bench b;
  chore one{b.place};
  chore two{b.place};
  one.ask(b.now, b.self, {});
  two.ask(b.now, b.self, {});
  auto first = b.open.at(0);
  auto second = b.open.at(1);
  b.answer(second, {});
  b.answer(first, {});
  CAF_CHECK(one.answers == std::vector{first.id});
  CAF_CHECK(two.answers == std::vector{second.id});
  dht::answered stray{first.id, {}, {}, dht::socket::client, {}};
  CAF_CHECK(!b.board.route(b.now, stray)); // once is enough
}

CAF_TEST(a destroyed errand leaves nothing behind) {
  test::errand_bench b;
  {
    chore one{b.place};
    one.ask(b.now, b.self, {});
    one.search(b.now, {});
  }
  CAF_CHECK(b.open.empty());
  CAF_CHECK(b.searches.empty());
  CAF_CHECK(!b.board.poll_timeout());
}

CAF_TEST(hanging up touches nobody else) {
  test::errand_bench b;
  chore one{b.place};
  chore two{b.place};
  one.ask(b.now, b.self, {});
  two.ask(b.now, b.self, {});
  auto query = one.search(b.now, {});
  one.hang_up(query);
  CAF_CHECK(b.searches.empty());
  one.hang_up();
  CAF_CHECK_EQUAL(b.open.size(), 1u);
  b.answer(b.open.at(0), {});
  CAF_CHECK_EQUAL(two.answers.size(), 1u);
}

CAF_TEST(the earliest timeout counts and only who is due is called) {
  test::errand_bench b;
  chore one{b.place};
  chore two{b.place};
  one.due = b.now + base::seconds{2};
  two.due = b.now + base::seconds{1};
  CAF_CHECK(b.board.poll_timeout() == two.due);
  b.advance(base::seconds{1});
  CAF_CHECK_EQUAL(one.timeouts, 0);
  CAF_CHECK_EQUAL(two.timeouts, 1);
}
