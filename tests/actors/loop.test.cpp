#define CAF_SUITE actors_loop

#include "actors/index.hpp"
#include "actors/log_writer.hpp"
#include "actors/runtime/ask.hpp"
#include "actors/supervisor.hpp"
#include "actors/world/world.hpp"
#include "store/log/keys.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <caf/test/unit_test.hpp>

// Actors on the real loop with the real disk thread: what the deterministic
// scheduler cannot show, and what the thread sanitizer looks at.

using namespace hyper;

namespace {

base::key_pair pair_of(std::uint8_t seed) {
  base::seed from{};
  from.fill(seed);
  return base::make_key_pair(from);
}

/// A log writer and an index on a loop, ended by a supervisor.
struct running_log {
  running_log()
      : store(kv::make_memory_store()), disk(actors::make_thread_disk(*store)) {
    auto signer = pair_of(1);
    auto state =
        log::open_writer(*store, log::single_signer_manifest(signer.pub));
    CAF_REQUIRE(state.ok());
    actors::index_config reading;
    reading.store = store.get();
    reading.log = {state->current, true, 0};
    reading.is_source = true;
    index = actors::spawn_state<actors::index>(world.system(), reading);
    actors::log_writer_config writing{store.get(), disk.get(), *state, signer,
                                      registry::name_policy::strict};
    writer =
        actors::spawn_state<actors::log_writer>(world.system(), writing, index);
    root = actors::spawn_state<actors::supervisor>(
        world.system(),
        std::vector{caf::actor_cast<caf::actor>(writer),
                    caf::actor_cast<caf::actor>(index)},
        [this](const std::string& why) { failure = why; });
  }

  void ask(const std::string& name, std::uint8_t caller) {
    ++open;
    registry::change wish{registry::action::put, name, pair_of(caller).pub};
    actors::ask<actors::decided>(
        world.system(), writer, base::seconds{60}, actors::change_name{wish},
        [this](const actors::decided& end) {
          auto accepted = end.outcome.ok() &&
                          end.outcome->made.what == registry::verdict::accepted;
          won += accepted ? 1 : 0;
          finish();
        },
        [this] { finish(); });
  }

  void finish() {
    if (--open == 0)
      caf::anon_send(root, actors::shut_down{});
  }

  std::unique_ptr<kv::store> store;
  std::unique_ptr<actors::disk> disk;
  actors::world world;
  actors::index_handle index;
  actors::log_writer_handle writer;
  actors::supervisor_handle root;
  std::string failure = "did not end";
  int open = 0;
  int won = 0;
};

} // namespace

CAF_TEST(law_L1 holds with commits on another thread) {
  running_log log;
  for (int name = 0; name < 50; ++name)
    for (std::uint8_t caller = 2; caller < 6; ++caller)
      log.ask("name" + std::to_string(name), caller);
  log.world.run();
  CAF_CHECK_EQUAL(log.won, 50);
  CAF_CHECK_EQUAL(log.open, 0);
  CAF_CHECK_EQUAL(log.failure, "");
}

CAF_TEST(a node ends in order while a commit is under way) {
  running_log log;
  log.ask("alice", 2);
  caf::anon_send(log.root, actors::shut_down{});
  log.world.run();
  CAF_CHECK_EQUAL(log.open, 0);
  CAF_CHECK_EQUAL(log.failure, "");
}
