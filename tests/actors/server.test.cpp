#define CAF_SUITE actors_server

#include "tests/actors/fixture.hpp"

#include "actors/dispatcher.hpp"
#include "actors/index.hpp"
#include "actors/log_writer.hpp"
#include "net/rpc/values.hpp"

// The server's way of a register: dispatcher, log writer, index.

using namespace hyper;
using namespace hyper::test;

namespace {

struct server_fixture : log_fixture {
  server_fixture() {
    auto state = open();
    actors::index_config reading;
    reading.store = store.get();
    reading.log = {state.current, true, 0};
    reading.is_source = true;
    index = actors::spawn_state<actors::index>(sys, reading);
    actors::log_writer_config writing{store.get(), &disk, state, signer,
                                      registry::name_policy::strict};
    writer = actors::spawn_state<actors::log_writer>(sys, writing, index);
    dispatcher = actors::spawn_state<actors::dispatcher>(sys, writer, index);
    sched.run();
    disk.finish(); // the header
    sched.run();
    caf::anon_send(index, actors::subscribe{1, peer});
    sched.run();
  }

  ~server_fixture() {
    for (auto end : {caf::actor_cast<caf::actor>(dispatcher),
                     caf::actor_cast<caf::actor>(writer),
                     caf::actor_cast<caf::actor>(index),
                     caf::actor_cast<caf::actor>(peer)})
      caf::anon_send_exit(end, caf::exit_reason::user_shutdown);
    sched.run();
  }

  void ask(const std::string& method, const std::string& name,
           std::uint64_t call, std::uint8_t caller = 2,
           actors::peer_id from = 1) {
    actors::rpc_request request;
    request.peer = from;
    request.from = peer;
    request.caller = pair_of(caller).pub;
    request.what = {static_cast<rpc::call_id>(call), method,
                    rpc::encode_name(name)};
    caf::anon_send(dispatcher, request);
    sched.run();
  }

  void deliver(std::uint64_t call, actors::peer_id from = 1) {
    caf::anon_send(dispatcher, actors::rpc_delivered{
                                   from, static_cast<rpc::call_id>(call)});
    sched.run();
  }

  void finish() {
    disk.finish();
    sched.run();
  }

  actors::index_handle index;
  actors::log_writer_handle writer;
  actors::dispatcher_handle dispatcher;
};

using lengths = std::vector<std::uint64_t>;
using texts = std::vector<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(server_tests, server_fixture)

CAF_TEST(law_L3 nothing is answered before the commit has ended) {
  ask("register", "alice", 1);
  CAF_CHECK(answers().empty());
  CAF_CHECK_EQUAL(disk.waiting(), 1u);
  finish();
  CAF_CHECK_EQUAL(answers(), texts{"OK"});
}

CAF_TEST(
    law_L3 a commit that fails is no success and leaves the log as it was) {
  ask("register", "alice", 1);
  disk.refuse();
  sched.run();
  CAF_CHECK_EQUAL(answers(), texts{"Request failed"});
  CAF_CHECK_EQUAL(announced(), lengths{1});
  ask("register", "alice", 2);
  finish();
  auto all = answers();
  CAF_CHECK_EQUAL(all.back(), "OK");
}

CAF_TEST(law_L1 of many who ask at once one gets the name) {
  for (std::uint8_t caller = 2; caller < 10; ++caller)
    ask("register", "hot", caller, caller);
  while (disk.waiting() > 0)
    finish();
  auto all = answers();
  CAF_CHECK_EQUAL(all.size(), 8u);
  CAF_CHECK_EQUAL(std::count(all.begin(), all.end(), "OK"), 1);
  CAF_CHECK_EQUAL(
      std::count(all.begin(), all.end(), "ERR:Username already taken"), 7);
}

CAF_TEST(what is asked during a commit makes the next group) {
  ask("register", "first", 1);
  ask("register", "second", 2);
  ask("register", "third", 3);
  CAF_CHECK_EQUAL(disk.waiting(), 1u);
  finish();
  CAF_CHECK_EQUAL(answers().size(), 1u);
  CAF_CHECK_EQUAL(disk.waiting(), 1u);
  finish();
  CAF_CHECK_EQUAL(answers(), (texts{"OK", "OK", "OK"}));
  CAF_CHECK_EQUAL(disk.waiting(), 0u);
}

CAF_TEST(law_L9 a length is announced after its answer was acknowledged) {
  CAF_CHECK_EQUAL(announced(), lengths{1});
  ask("register", "alice", 1);
  finish();
  CAF_CHECK_EQUAL(answers(), texts{"OK"});
  CAF_CHECK_EQUAL(announced(), lengths{1});
  deliver(1);
  CAF_CHECK_EQUAL(announced(), (lengths{1, 2}));
}

CAF_TEST(law_L9 a later answer does not let an earlier length out) {
  ask("register", "alice", 1, 2, 1);
  finish();
  ask("register", "bob", 1, 3, 2);
  finish();
  deliver(1, 2);
  CAF_CHECK_EQUAL(announced(), lengths{1});
  deliver(1, 1);
  CAF_CHECK_EQUAL(announced(), (lengths{1, 3}));
}

CAF_TEST(law_L9 a peer that arrives in between sees only what is announced) {
  ask("register", "alice", 1);
  finish();
  caf::anon_send(index, actors::subscribe{2, peer});
  sched.run();
  CAF_CHECK_EQUAL(announced(), (lengths{1, 1}));
  base::proof_request upgrade;
  upgrade.id = 1;
  upgrade.upgrade = base::upgrade_target{0, 1};
  caf::anon_send(index, actors::proofs_wanted{peer, {upgrade}});
  sched.run();
  const auto& made = std::get<actors::proofs_made>(heard->back());
  const auto& proof = std::get<base::proof>(made.proofs->front().outcome);
  CAF_REQUIRE(proof.upgrade.has_value());
  CAF_CHECK_EQUAL(proof.upgrade->length, 1u);
  CAF_CHECK(proof.upgrade->additional_nodes.empty());
}

CAF_TEST(law_L9 a caller that is gone or silent does not stop the news) {
  ask("register", "alice", 1, 2, 7);
  finish();
  caf::anon_send(dispatcher, actors::peer_gone{7});
  sched.run();
  CAF_CHECK_EQUAL(announced(), (lengths{1, 2}));
  ask("register", "bob", 1, 3, 8);
  finish();
  CAF_CHECK_EQUAL(announced(), (lengths{1, 2}));
  pass(rpc::reply_gate::bound_default);
  CAF_CHECK_EQUAL(announced(), (lengths{1, 2, 3}));
}

CAF_TEST(law_L4 who reads after the answer sees the write) {
  ask("register", "alice", 1);
  finish();
  auto found = get<actors::name_found>(index, actors::lookup_name{"alice", {}});
  CAF_REQUIRE(found.outcome.ok() && found.outcome->has_value());
  CAF_CHECK((*found.outcome)->owner == pair_of(2).pub);
  CAF_CHECK(found.how_new.current);
  CAF_CHECK_EQUAL(found.how_new.length, 2u);
}

CAF_TEST(law_L7 the owner is the key that the caller has proven) {
  ask("register", "alice", 1, 2);
  finish();
  ask("delete", "alice", 2, 3);
  ask("delete", "alice", 3, 2);
  while (disk.waiting() > 0)
    finish();
  CAF_CHECK_EQUAL(
      answers(),
      (texts{"OK", "ERR:Unauthorized: only the owner can delete this username",
             "OK"}));
}

CAF_TEST(law_L8 one connection has a bounded number of calls) {
  for (std::uint64_t call = 1; call <= actors::calls_per_peer_max + 3; ++call)
    ask("register", "n" + std::to_string(call), call);
  CAF_CHECK_EQUAL(
      answers(), (texts{"Request failed", "Request failed", "Request failed"}));
}

CAF_TEST(unknown methods and values that do not decode are told so) {
  ask("rename", "alice", 1);
  actors::rpc_request request;
  request.peer = 1;
  request.from = peer;
  request.what = {static_cast<rpc::call_id>(2), "register", {}};
  caf::anon_send(dispatcher, request);
  sched.run();
  CAF_CHECK_EQUAL(answers(), (texts{"Unknown method 'rename'",
                                    "Could not decode request"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
