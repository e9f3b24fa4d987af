#define CAF_SUITE actors_replica

#include "tests/actors/fixture.hpp"

#include "actors/index.hpp"
#include "actors/replica.hpp"
#include "store/log/layout.hpp"
#include "store/registry/writer.hpp"

using namespace hyper;
using namespace hyper::test;

namespace {

constexpr base::duration since_1970 = base::seconds{1'000'000};

/// A copy of two blocks, and a peer that has as many.
struct replica_fixture : log_fixture {
  replica_fixture() : state(open()) {
    registry::writer writer{
        {state.key, *state.who}, signer, registry::name_policy::strict};
    std::vector<registry::change> changes{
        {registry::action::put, "alice", pair_of(2).pub}};
    auto group = writer.decide(**store->read(), state.current, changes);
    CAF_REQUIRE(group.ok());
    CAF_REQUIRE(store->commit(group->writes).ok());
    state.current = group->next;
    state.blocks.insert(0, 2);
    start();
  }

  ~replica_fixture() { stop(); }

  void start() {
    actors::index_config reading;
    reading.store = store.get();
    reading.log = {state.current, true, 2};
    if (auto when = compared())
      reading.compared = base::instant{base::duration{*when} - since_1970};
    index = actors::spawn_state<actors::index>(sys, reading);
    copy = actors::spawn_state<actors::replica>(
        sys, actors::replica_config{store.get(), &disk, state, since_1970},
        index);
    settle();
  }

  void stop() {
    caf::anon_send(copy, actors::shut_down{});
    settle();
    caf::anon_send(index, actors::shut_down{});
    settle();
  }

  void settle() {
    sched.run();
    while (disk.waiting() > 0) {
      disk.finish();
      sched.run();
    }
  }

  void wait(base::duration time) {
    pass(time);
    settle();
  }

  /// A peer whose log has that length.
  void meet(std::uint64_t length) {
    caf::anon_send(copy, actors::replication_opened{1, peer});
    replication::sync said;
    said.length = length;
    said.remote_length = 2;
    said.can_upgrade = said.uploading = said.has_manifest = true;
    caf::anon_send(
        copy,
        actors::replication_news{
            1, std::make_shared<std::vector<replication::event>>(1, said)});
    settle();
  }

  void leave() {
    caf::anon_send(copy, actors::peer_gone{1});
    settle();
  }

  std::optional<std::uint64_t> compared() {
    return *log::read_compared(**store->read());
  }

  /// In seconds since 1970, 0 for none.
  std::uint64_t compared_second() { return compared().value_or(0) / 1'000'000; }

  std::uint64_t this_second() {
    auto now = sched.clock().now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<base::seconds>(now + since_1970).count());
  }

  actors::freshness how_new() {
    return get<actors::index_status>(index, actors::index_query{}).how_new;
  }

  log::state state;
  actors::index_handle index;
  actors::replica_handle copy;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(replica_tests, replica_fixture)

CAF_TEST(law_L5 the age of a copy outlives the process) {
  CAF_CHECK(!how_new().age);
  meet(2);
  CAF_CHECK(how_new().current);
  wait(base::seconds{20});
  leave();
  auto left = this_second();
  wait(base::seconds{5});
  stop();
  CAF_CHECK_EQUAL(compared_second(), left);
  wait(base::minutes{10});
  start();
  CAF_CHECK(!how_new().current);
  CAF_CHECK(!how_new().ever);
  CAF_REQUIRE(how_new().age);
  CAF_CHECK(*how_new().age == base::minutes{10} + base::seconds{5});
}

CAF_TEST(it is stored now and then that the copy is current) {
  meet(2);
  wait(base::seconds{61});
  CAF_CHECK_EQUAL(compared_second(), this_second());
  for (int minute = 0; minute < 3; ++minute) {
    auto before = compared_second();
    wait(base::seconds{30});
    CAF_CHECK_EQUAL(compared_second(), before);
    wait(base::seconds{31});
    CAF_CHECK(compared_second() > before + 55);
  }
}

CAF_TEST(a copy that is behind is not current) {
  meet(3);
  CAF_CHECK(!how_new().current);
  wait(base::minutes{2});
  stop();
  CAF_CHECK(!compared());
  start();
  CAF_CHECK(!how_new().age);
}

CAF_TEST(a clock that was set back makes no age below zero) {
  CAF_REQUIRE(store->commit({log::compared_record(~std::uint64_t{})}).ok());
  stop();
  start();
  CAF_CHECK(*how_new().age == base::duration{});
}

CAF_TEST_FIXTURE_SCOPE_END()
