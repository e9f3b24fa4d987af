#define CAF_SUITE actors_sim_orders

#include "actors/caller.hpp"
#include "actors/dispatcher.hpp"
#include "actors/index.hpp"
#include "actors/log_writer.hpp"
#include "actors/repl/repl.hpp"
#include "actors/sim/simulation.hpp"
#include "net/rpc/values.hpp"
#include "store/log/keys.hpp"
#include "store/log/open.hpp"
#include "store/registry/view.hpp"
#include "store/registry/writer.hpp"

#include <caf/send.hpp>
#include <caf/test/unit_test.hpp>

#include <algorithm>
#include <cstdio>
#include <functional>

// Small cases in every order of their messages: a handler runs to its end, any
// mailbox that has something may be next, and the disk and the network are
// ready whenever they like. A pair's messages keep their order, as CAF says.

using namespace hyper;
using namespace hyper::actors;
using namespace hyper::actors::sim;

namespace {

base::key_pair pair_of(std::uint8_t number) {
  base::seed seed{};
  seed.fill(number);
  return base::make_key_pair(seed);
}

/// What a peer was told, in order: "OK", "ERR:...", or "length N".
using told_list = std::shared_ptr<std::vector<std::string>>;

/// A caller's connection: it confirms each answer in a message of its own.
struct edge_peer {
  using handle = peer_handle;
  static constexpr const char* name = "edge_peer";

  edge_peer(handle::pointer me, peer_id number, dispatcher_handle* server,
            bool confirm, told_list all)
      : self(me), id(number), dispatcher(server), confirming(confirm),
        heard(std::move(all)) {}

  handle::behavior_type make_behavior() {
    return {
        [](const arrived&) {},
        [](const tick&) {},
        [](const rpc_call&) {},
        [this](const rpc_answer& what) {
          heard->push_back(std::to_string(id) + " " +
                           std::get<std::string>(what.outcome));
          if (confirming)
            self->send(*dispatcher, rpc_delivered{id, what.call});
        },
        [this](const head_announced& what) {
          heard->push_back(std::to_string(id) + " length " +
                           std::to_string(what.head.length()));
        },
        [](const proofs_made&) {},
        [](const fetch&) {},
        [](const hang_up&) {},
    };
  }

  handle::pointer self;
  peer_id id;
  dispatcher_handle* dispatcher;
  bool confirming;
  told_list heard;
};

/// A disk that is done whenever the chooser says so.
class ready_disk final : public disk {
public:
  ready_disk(simulation& in, kv::store& store) : sim_(in), store_(store) {}

  void commit(std::uint64_t ticket, kv::batch changes,
              const commit_listener& listener) override {
    sim_.after({}, 1, [this, ticket, changes = std::move(changes), listener] {
      caf::anon_send(listener, committed{ticket, store_.commit(changes)});
    });
  }

private:
  simulation& sim_;
  kv::store& store_;
};

/// One fixed order until the case begins, then the explorer's.
struct staged_chooser final : chooser {
  explicit staged_chooser(chooser& explorer) : then(explorer) {}
  std::uint64_t pick(std::uint64_t count) override {
    return exploring ? then.pick(count) : 0;
  }
  chooser& then;
  bool exploring = false;
};

/// A server's actors with two callers at its edge, started and at rest.
struct server {
  explicit server(chooser& explorer, bool announcing = true)
      : choose(explorer), sim(choose, {0, {}}), store(kv::make_memory_store()),
        disk(sim, *store), heard(std::make_shared<told_list::element_type>()) {
    auto signer = pair_of(1);
    auto log =
        log::open_writer(*store, log::single_signer_manifest(signer.pub));
    // The header and a name of caller 1 are there from the start.
    registry::writer first{
        {log->key, *log->who}, signer, registry::name_policy::strict};
    std::vector<registry::change> made{
        {registry::action::put, "old", pair_of(11).pub}};
    auto group = first.decide(**store->read(), log->current, made);
    static_cast<void>(store->commit(group->writes).ok());
    auto state =
        log::open_writer(*store, log::single_signer_manifest(signer.pub));
    index_config reading;
    reading.store = store.get();
    reading.is_source = true;
    reading.log = {state->current, true, state->blocks.contiguous()};
    sim.as(1, [&] {
      index = spawn_state<actors::index>(sim.system(), std::move(reading));
      log_writer_config writing{
          store.get(), &disk, *state, signer, registry::name_policy::strict,
          {}};
      writer = spawn_state<log_writer>(sim.system(), std::move(writing), index);
      dispatcher = spawn_state<actors::dispatcher>(sim.system(), writer, index);
      for (peer_id id : {1, 2})
        peers[id - 1] = spawn_state<edge_peer>(sim.system(), id, &dispatcher,
                                               announcing, heard);
    });
    for (peer_id id : {1, 2})
      if (announcing)
        caf::anon_send(index, subscribe{id, peers[id - 1]});
    while (sim.step()) {
    }
    choose.exploring = true;
  }

  ~server() { sim.finish(); }

  void call(peer_id id, const std::string& method, const std::string& name) {
    rpc_request what;
    what.peer = id;
    what.from = peers[id - 1];
    what.caller = pair_of(static_cast<std::uint8_t>(10 + id)).pub;
    what.what = {rpc::call_id{1}, method, rpc::encode_name(name)};
    caf::anon_send(dispatcher, what);
  }

  void run() {
    sim.run_until(base::instant{} + base::minutes{1}, [] { return false; });
  }

  std::size_t position(const std::string& what) const {
    return static_cast<std::size_t>(std::ranges::find(*heard, what) -
                                    heard->begin());
  }
  bool has(const std::string& what) const {
    return position(what) < heard->size();
  }
  std::optional<base::public_key> owner(const std::string& name) {
    auto found = registry::view{**store->read()}.lookup(name);
    return *found ? std::optional{(*found)->owner} : std::nullopt;
  }

  staged_chooser choose;
  simulation sim;
  std::unique_ptr<kv::store> store;
  ready_disk disk;
  told_list heard;
  index_handle index;
  log_writer_handle writer;
  dispatcher_handle dispatcher;
  peer_handle peers[2];
};

/// Runs the case in every order; gives their number.
std::size_t in_every_order(const std::function<void(chooser&)>& run) {
  exhaustive_chooser choose;
  std::size_t orders = 0;
  do {
    run(choose);
    ++orders;
  } while (choose.next());
  return orders;
}

void print(const char* what, std::size_t orders) {
  std::fprintf(stderr, "%s: %zu orders\n", what, orders);
  CAF_CHECK(orders > 1);
}

} // namespace

CAF_TEST(law_L9 one register against its announcement) {
  std::size_t wrong = 0;
  auto orders = in_every_order([&](chooser& choose) {
    server all{choose};
    all.call(1, "register", "alice");
    all.run();
    // Everybody hears of the length, and nobody before the caller's answer.
    auto answer = all.position("1 OK");
    for (const char* news : {"1 length 3", "2 length 3"})
      if (!all.has(news) || all.position(news) < answer)
        ++wrong;
  });
  print("one register against its announcement", orders);
  CAF_CHECK_EQUAL(wrong, 0u);
}

CAF_TEST(law_L1 two registers of one name) {
  std::size_t wrong = 0;
  std::size_t first_wins = 0;
  auto orders = in_every_order([&](chooser& choose) {
    server all{choose};
    all.call(1, "register", "alice");
    all.call(2, "register", "alice");
    all.run();
    auto one = all.has("1 OK");
    auto other = all.has("2 OK");
    auto refused = all.has(one ? "2 ERR:Username already taken"
                               : "1 ERR:Username already taken");
    auto owner = all.owner("alice");
    if (one == other || !refused || owner != pair_of(one ? 11 : 12).pub)
      ++wrong;
    first_wins += one ? 1 : 0;
  });
  print("two registers of one name", orders);
  CAF_CHECK_EQUAL(wrong, 0u);
  CAF_CHECK(first_wins > 0);
}

CAF_TEST(law_L1 a deletion against a register) {
  std::size_t wrong = 0;
  std::size_t given = 0;
  auto orders = in_every_order([&](chooser& choose) {
    server all{choose, false}; // news are another case
    // Either may be the first to arrive.
    auto first = choose.pick(2);
    for (auto turn : {first, 1 - first})
      turn == 0 ? all.call(1, "delete", "old") : all.call(2, "register", "old");
    all.run();
    auto got = all.has("2 OK");
    auto right = all.has("1 OK") &&
                 (got || all.has("2 ERR:Username already taken")) &&
                 all.owner("old") ==
                     (got ? std::optional{pair_of(12).pub} : std::nullopt);
    wrong += right ? 0 : 1;
    given += got ? 1 : 0;
  });
  print("a deletion against a register", orders);
  CAF_CHECK_EQUAL(wrong, 0u);
  CAF_CHECK(given > 0 && given < orders);
}

CAF_TEST(law_L2 the reply against the block at the client) {
  std::size_t wrong = 0;
  auto orders = in_every_order([&](chooser& explorer) {
    staged_chooser choose{explorer};
    simulation sim{choose, {0, {}}};
    auto store = kv::make_memory_store();
    auto signer = pair_of(1);
    auto log =
        log::open_writer(*store, log::single_signer_manifest(signer.pub));
    std::string printed;
    auto heard = std::make_shared<told_list::element_type>();
    dispatcher_handle none;
    sim.as(1, [&] {
      index_config reading;
      reading.store = store.get();
      reading.log = {log->current, true, 0};
      auto index = spawn_state<actors::index>(sim.system(), reading);
      auto caller = spawn_state<actors::caller>(sim.system());
      auto peer =
          spawn_state<edge_peer>(sim.system(), peer_id{1}, &none, false, heard);
      repl_config how;
      how.identity = pair_of(9).pub;
      how.index = index;
      how.caller = caller;
      how.print = [&](const output& what) { printed += what.out + what.err; };
      how.ready = [] {};
      how.finished = [](exit_code) {};
      auto repl = spawn_state<actors::repl>(sim.system(), std::move(how));
      while (sim.step()) {
      }
      choose.exploring = true;
      caf::anon_send(repl, typed_line{"register alice", false});
      caf::anon_send(caller, rpc_opened{1, peer});
      // The reply and the block come when they come.
      sim.after(base::milliseconds{1}, 1, [=] {
        caf::anon_send(caller, rpc_returned{1, std::string{"OK"}});
      });
      sim.after(base::milliseconds{1}, 1, [=, &store] {
        registry::writer made{
            {log->key, *log->who}, signer, registry::name_policy::strict};
        std::vector<registry::change> change{
            {registry::action::put, "alice", pair_of(9).pub}};
        auto group = made.decide(**store->read(), log->current, change);
        static_cast<void>(store->commit(group->writes).ok());
        auto length = group->next.length();
        caf::anon_send(index, log_grown{{group->next, true, length}, true});
      });
    });
    sim.run_until(base::instant{} + base::seconds{5}, [] { return false; });
    wrong += printed == "Registered: alice\n" ? 0 : 1;
    sim.finish();
  });
  print("the reply against the block at the client", orders);
  CAF_CHECK_EQUAL(wrong, 0u);
}
