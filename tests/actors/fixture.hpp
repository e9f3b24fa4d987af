#pragma once

#define FAIL CAF_FAIL
#include <caf/test/dsl.hpp>
#undef FAIL

#include "actors/messages.hpp"
#include "actors/runtime/cause.hpp"
#include "actors/runtime/host.hpp"
#include "actors/world/disk.hpp"
#include "store/kv/kv.hpp"
#include "store/log/keys.hpp"
#include "store/log/open.hpp"

#include <deque>
#include <memory>
#include <variant>
#include <vector>

// Actors under CAF's deterministic scheduler: nothing runs before a test says
// so, and time stands still until a test moves it.

namespace hyper::test {

/// A disk whose commits end when the test says so.
class manual_disk final : public actors::disk {
public:
  explicit manual_disk(kv::store& store) : store_(store) {}

  void commit(std::uint64_t ticket, kv::batch changes,
              const actors::commit_listener& listener) override {
    waiting_.push_back(
        {ticket, std::move(changes), listener, actors::message_in_hand});
  }

  std::size_t waiting() const { return waiting_.size(); }

  /// Ends the oldest commit. Requires waiting() > 0.
  void finish() {
    auto one = take();
    actors::cause_scope scope{one.cause};
    caf::anon_send(one.listener,
                   actors::committed{one.ticket, store_.commit(one.changes)});
  }

  /// The disk is full: nothing of the oldest commit happens.
  void refuse() {
    auto one = take();
    caf::anon_send(one.listener,
                   actors::committed{one.ticket,
                                     base::error{base::errc::io, "disk full"}});
  }

private:
  struct waiting_commit {
    std::uint64_t ticket = 0;
    kv::batch changes;
    actors::commit_listener listener;
    actors::message_number cause = 0;
  };

  waiting_commit take() {
    auto one = std::move(waiting_.front());
    waiting_.pop_front();
    return one;
  }

  kv::store& store_;
  std::deque<waiting_commit> waiting_;
};

/// What a peer was told, in order.
using told =
    std::variant<actors::rpc_call, actors::rpc_answer, actors::head_announced,
                 actors::proofs_made, actors::fetch, actors::hang_up>;
using told_list = std::shared_ptr<std::vector<told>>;

/// A peer that writes down what it is told.
struct listening_peer {
  using handle = actors::peer_handle;
  static constexpr const char* name = "listening_peer";

  listening_peer(handle::pointer, told_list list) : heard(std::move(list)) {}

  handle::behavior_type make_behavior() {
    return {
        [](const actors::arrived&) {},
        [](const actors::tick&) {},
        [this](const actors::rpc_call& x) { heard->push_back(x); },
        [this](const actors::rpc_answer& x) { heard->push_back(x); },
        [this](const actors::head_announced& x) { heard->push_back(x); },
        [this](const actors::proofs_made& x) { heard->push_back(x); },
        [this](const actors::fetch& x) { heard->push_back(x); },
        [this](const actors::hang_up& x) { heard->push_back(x); },
    };
  }

  told_list heard;
};

inline base::key_pair pair_of(std::uint8_t seed) {
  base::seed from{};
  from.fill(seed);
  return base::make_key_pair(from);
}

/// A server's log in memory, and what actors need to work on it.
struct log_fixture : test_coordinator_fixture<> {
  log_fixture()
      : store(kv::make_memory_store()), disk(*store), signer(pair_of(1)),
        heard(std::make_shared<std::vector<told>>()) {
    peer = actors::spawn_state<listening_peer>(sys, heard);
  }

  log::state open() {
    auto state =
        log::open_writer(*store, log::single_signer_manifest(signer.pub));
    CAF_REQUIRE(state.ok());
    return *state;
  }

  /// Asks an actor and runs until it has answered.
  template <class Answer, class Handle, class Message>
  Answer get(const Handle& whom, Message what) {
    Answer out;
    auto asked = self->request(whom, caf::infinite, std::move(what));
    sched.run();
    asked.receive([&out](const Answer& answer) { out = answer; },
                  [](const caf::error& e) { CAF_FAIL("no answer: " << e); });
    return out;
  }

  /// Moves the time and runs what that wakes.
  void pass(base::duration time) {
    sched.advance_time(time);
    sched.run();
  }

  /// The heads that the peer was told of.
  std::vector<std::uint64_t> announced() const {
    std::vector<std::uint64_t> out;
    for (const auto& one : *heard)
      if (const auto* head = std::get_if<actors::head_announced>(&one))
        out.push_back(head->head.length());
    return out;
  }

  std::vector<std::string> answers() const {
    std::vector<std::string> out;
    for (const auto& one : *heard)
      if (const auto* answer = std::get_if<actors::rpc_answer>(&one))
        out.push_back(
            std::holds_alternative<std::string>(answer->outcome)
                ? std::get<std::string>(answer->outcome)
                : std::get<rpc::remote_error>(answer->outcome).message);
    return out;
  }

  std::unique_ptr<kv::store> store;
  manual_disk disk;
  base::key_pair signer;
  told_list heard;
  actors::peer_handle peer;
};

} // namespace hyper::test
