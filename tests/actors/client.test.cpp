#define CAF_SUITE actors_client

#include "tests/actors/fixture.hpp"

#include "actors/caller.hpp"
#include "actors/index.hpp"
#include "actors/repl/repl.hpp"
#include "net/rpc/values.hpp"
#include "store/registry/writer.hpp"

// The client's side: calls that survive reconnects, and waits that end in every
// order of reply, announcement, block and reconnect.

using namespace hyper;
using namespace hyper::test;

namespace {

struct client_fixture : log_fixture {
  client_fixture() : state(open()) {
    actors::index_config reading;
    reading.store = store.get();
    reading.log = {state.current, true, 0};
    index = actors::spawn_state<actors::index>(sys, reading);
    caller = actors::spawn_state<actors::caller>(sys);
    sched.run();
  }

  ~client_fixture() {
    if (repl)
      caf::anon_send_exit(caf::actor_cast<caf::actor>(repl),
                          caf::exit_reason::user_shutdown);
    for (auto end : {caf::actor_cast<caf::actor>(caller),
                     caf::actor_cast<caf::actor>(index),
                     caf::actor_cast<caf::actor>(peer)})
      caf::anon_send_exit(end, caf::exit_reason::user_shutdown);
    sched.run();
  }

  /// A block arrives: the name is the key's from now on.
  void grow(const std::string& name, std::uint8_t key,
            registry::action what = registry::action::put) {
    registry::writer writer{
        {state.key, *state.who}, signer, registry::name_policy::strict};
    auto snapshot = store->read();
    std::vector<registry::change> changes{{what, name, pair_of(key).pub}};
    auto group = writer.decide(**snapshot, state.current, changes);
    CAF_REQUIRE(group.ok());
    CAF_REQUIRE(store->commit(group->writes).ok());
    state.current = group->next;
    caf::anon_send(index, actors::log_grown{
                              {state.current, true, state.current.length()}});
  }

  void hear(std::uint64_t claimed) {
    caf::anon_send(index, actors::sync_progress{claimed, true});
  }

  /// The REPL of key 9, with the caller and the index of the fixture.
  void start_repl() {
    actors::repl_config how;
    how.identity = pair_of(9).pub;
    how.index = index;
    how.caller = caller;
    how.print = [this](const actors::output& what) {
      printed += what.out + what.err;
    };
    how.ready = [] {};
    how.finished = [](actors::exit_code) {};
    repl = actors::spawn_state<actors::repl>(sys, std::move(how));
  }

  void type(const std::string& line) {
    caf::anon_send(repl, actors::typed_line{line, false});
    sched.run();
  }

  auto wait_for(const std::string& name, std::uint8_t key,
                registry::action what = registry::action::put,
                std::uint64_t from = 0) {
    return self->request(index, caf::infinite,
                         actors::wait_for_change{name, pair_of(key).pub, what,
                                                 from, base::seconds{10}});
  }

  template <class Request>
  bool happened(Request& asked) {
    auto out = false;
    sched.run();
    asked.receive([&](const actors::waited& end) { out = end.happened; },
                  [](const caf::error& e) { CAF_FAIL("no answer: " << e); });
    return out;
  }

  void connect(actors::peer_id id) {
    caf::anon_send(caller, actors::rpc_opened{id, peer});
    sched.run();
  }

  void disconnect(actors::peer_id id) {
    caf::anon_send(caller, actors::peer_gone{id});
    sched.run();
  }

  /// The calls that went out, by their names.
  std::vector<std::uint64_t> calls() const {
    std::vector<std::uint64_t> out;
    for (const auto& one : *heard)
      if (const auto* call = std::get_if<actors::rpc_call>(&one))
        out.push_back(call->call);
    return out;
  }

  auto call(const std::string& method) {
    auto asked =
        self->request(caller, caf::infinite,
                      actors::call_server{method, "alice", base::seconds{10}});
    sched.run();
    return asked;
  }

  void reply(std::uint64_t id, base::result<std::string> text) {
    caf::anon_send(caller, actors::rpc_returned{id, std::move(text)});
    sched.run();
  }

  template <class Request>
  std::string text_of(Request& asked) {
    std::string out;
    asked.receive(
        [&](const actors::server_reply& reply) {
          out = reply.text ? *reply.text
                           : "failed: " + reply.text.failure().message;
        },
        [](const caf::error& e) { CAF_FAIL("no answer: " << e); });
    return out;
  }

  log::state state;
  actors::repl_handle repl;
  std::string printed;
  actors::index_handle index;
  actors::caller_handle caller;
};

base::error broken() {
  return {base::errc::closed, "channel closed"};
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(client_tests, client_fixture)

CAF_TEST(law_L2 a wait ends when the block comes after it) {
  auto asked = wait_for("alice", 2);
  sched.run();
  grow("bob", 3); // somebody else's block wakes nobody for good
  sched.run();
  grow("alice", 2);
  CAF_CHECK(happened(asked));
}

CAF_TEST(law_L2 a wait ends when the block came before it) {
  grow("alice", 2);
  sched.run();
  auto asked = wait_for("alice", 2);
  CAF_CHECK(happened(asked));
}

CAF_TEST(law_L2 a wait for a deletion ends in both orders) {
  grow("alice", 2);
  sched.run();
  auto asked = wait_for("alice", 2, registry::action::del);
  sched.run();
  grow("alice", 2, registry::action::del);
  CAF_CHECK(happened(asked));
  auto late = wait_for("alice", 2, registry::action::del);
  CAF_CHECK(happened(late));
}

CAF_TEST(law_L4 a wait is not ended by a change from before) {
  // The copy is behind: it shows a name that was given back long ago, or does
  // not show one that was taken meanwhile.
  grow("alice", 2);
  sched.run();
  auto again = wait_for("alice", 2, registry::action::put, 2);
  auto gone = wait_for("bob", 2, registry::action::del, 2);
  sched.run();
  grow("alice", 2, registry::action::del);
  grow("alice", 2);
  CAF_CHECK(happened(again));
  pass(base::seconds{10});
  CAF_CHECK(!happened(gone));
}

CAF_TEST(law_L2 a wait that nothing ends is ended by its deadline) {
  auto asked = wait_for("alice", 2);
  sched.run();
  pass(base::seconds{10});
  CAF_CHECK(!happened(asked));
}

CAF_TEST(law_L2 a call goes out again after a reconnect) {
  auto asked = call("register");
  CAF_CHECK(calls().empty());
  connect(1);
  CAF_CHECK_EQUAL(calls().size(), 1u);
  reply(1, broken());
  disconnect(1);
  connect(2);
  CAF_CHECK_EQUAL(calls().size(), 2u);
  reply(1, std::string{"OK"});
  CAF_CHECK_EQUAL(text_of(asked), "OK");
}

CAF_TEST(law_L2 the reply and the end of the connection may come in any order) {
  auto asked = call("register");
  connect(1);
  disconnect(1);
  connect(2);
  reply(1, broken()); // late news of the first connection
  CAF_CHECK_EQUAL(calls().size(), 2u);
  reply(1, std::string{"IDEMPOTENT"});
  CAF_CHECK_EQUAL(text_of(asked), "IDEMPOTENT");
}

CAF_TEST(law_L3 a repeated deletion that finds nothing asks the log what was) {
  start_repl();
  grow("mine", 9);
  sched.run();
  type("delete mine");
  connect(1);
  disconnect(1);
  connect(2);
  reply(1, std::string{"ERR:Username not found"});
  CAF_CHECK_EQUAL(printed, "");           // the copy may be behind
  grow("mine", 9, registry::action::del); // so the first call was heard
  hear(state.current.length());
  sched.run();
  CAF_CHECK_EQUAL(printed, "Deleted: mine\n");
}

CAF_TEST(law_L3 a repeated deletion of what nobody has is refused) {
  start_repl();
  grow("mine", 9);
  grow("mine", 9, registry::action::del); // long ago
  hear(state.current.length());
  sched.run();
  type("delete mine");
  connect(1);
  disconnect(1);
  connect(2);
  reply(1, std::string{"ERR:Username not found"});
  CAF_CHECK_EQUAL(printed, "Error: Username not found\n");
}

CAF_TEST(law_L3 a deletion that was sent once is as it was answered) {
  start_repl();
  type("delete mine");
  connect(1);
  reply(1, std::string{"ERR:Username not found"});
  CAF_CHECK_EQUAL(printed, "Error: Username not found\n");
}

CAF_TEST(law_L2 a call that nobody answers says what it waited for) {
  auto asked = call("register");
  pass(base::seconds{10});
  CAF_CHECK_EQUAL(text_of(asked), "failed: No answer in time: waited for a "
                                  "connection to the server");
}

CAF_TEST(law_L5 answers come from the copy and say how old it is) {
  grow("alice", 2);
  hear(2);
  sched.run();
  auto found = get<actors::name_found>(index, actors::lookup_name{"alice", {}});
  CAF_CHECK(found.how_new.current);
  pass(base::seconds{20});                                // all the time it is
  caf::anon_send(index, actors::sync_progress{5, false}); // nobody is there
  sched.run();
  pass(base::seconds{7});
  found = get<actors::name_found>(index, actors::lookup_name{"alice", {}});
  CAF_REQUIRE(found.outcome.ok() && found.outcome->has_value());
  CAF_CHECK((*found.outcome)->owner == pair_of(2).pub);
  CAF_CHECK(!found.how_new.current);
  CAF_CHECK(found.how_new.ever);
  CAF_CHECK(found.how_new.age == base::seconds{7});
}

CAF_TEST(law_L4 an earlier length can be looked at) {
  grow("alice", 2);
  grow("alice", 2, registry::action::del);
  grow("alice", 3);
  sched.run();
  auto owner_at = [this](std::uint64_t length) {
    auto found =
        get<actors::name_found>(index, actors::lookup_name{"alice", length});
    if (!found.outcome.ok())
      return std::string{"no such length"};
    return *found.outcome ? base::to_text((*found.outcome)->owner)
                          : std::string{"nobody"};
  };
  CAF_CHECK_EQUAL(owner_at(2), base::to_text(pair_of(2).pub));
  CAF_CHECK_EQUAL(owner_at(3), "nobody");
  CAF_CHECK_EQUAL(owner_at(4), base::to_text(pair_of(3).pub));
  CAF_CHECK_EQUAL(owner_at(9), "no such length");
}

CAF_TEST(a wait for the newest ends when the copy has what a peer claims) {
  auto asked = self->request(index, caf::infinite,
                             actors::wait_until_current{base::seconds{10}});
  sched.run();
  hear(3);
  sched.run();
  grow("alice", 2);
  sched.run();
  grow("bob", 2);
  CAF_CHECK(happened(asked));
}

CAF_TEST(law_L8 calls that wait are bounded) {
  for (std::size_t i = 0; i < actors::waiting_calls_max; ++i)
    self->send(caller, actors::call_server{"register", "x", base::seconds{10}});
  sched.run();
  auto asked = call("register");
  CAF_CHECK_EQUAL(text_of(asked), "failed: too many calls at once");
}

CAF_TEST_FIXTURE_SCOPE_END()
