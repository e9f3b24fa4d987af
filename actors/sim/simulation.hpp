#pragma once

#include "actors/runtime/cause.hpp"
#include "actors/runtime/hooked.hpp"
#include "actors/sim/chooser.hpp"
#include "base/time.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

// Real actors on a virtual clock. Which ready mailbox runs next, and for how
// long an actor is held up, is the chooser's to say; nothing else is open. So
// one seed is one run, to the byte.

namespace hyper::actors::sim {

/// Numbers the simulated hosts; 0 is nobody's.
using host_id = std::uint32_t;

struct simulation_config {
  /// One actor in so many turns is held up, as by a busy machine; 0: none.
  std::uint64_t stall_one_in = 64;
  base::duration stall_max = base::milliseconds{20};
};

class simulation final : public message_observer {
public:
  /// `also`, if given, sees every message too. Both must outlive it. One at a
  /// time in a process.
  simulation(chooser& choose, const simulation_config& how,
             message_observer* also = nullptr);
  ~simulation() override;

  caf::actor_system& system() { return system_; }
  base::instant now() const;
  chooser& choose() { return choose_; }

  /// Something outside of the actors, at a host, after that time. Things at the
  /// same time happen in any order.
  void after(base::duration delay, host_id where, std::function<void()> what);

  /// Does something as that host: actors that it spawns are the host's.
  void as(host_id where, const std::function<void()>& what);

  /// One message or one event. False when nothing will ever happen any more.
  bool step();

  /// Steps until the time has come, or `done` says so; `done` is asked whenever
  /// an event has happened.
  void run_until(base::instant end, const std::function<bool()>& done);

  /// The host's actors end without a word. Cut its network and disk before: a
  /// handler may still run.
  void kill(host_id where);

  /// All actors end, without a word; nothing happens any more. To be called
  /// before anything goes that they use; the destructor does it, too.
  void finish();

  /// Called with each message that is queued, and the receiver's host.
  void
  on_message(std::function<void(host_id, const caf::mailbox_element&)> see) {
    see_ = std::move(see);
  }

  /// Called before anything happens at another host than before.
  void on_enter(std::function<void(host_id)> enter) {
    enter_ = std::move(enter);
  }

  std::uint64_t steps() const { return steps_; }
  int depth_max() const { return depth_max_; } ///< of any mailbox so far

  void queued(caf::scheduled_actor& receiver, int depth,
              const caf::mailbox_element& message) override;
  void begins(caf::scheduled_actor& receiver,
              const caf::mailbox_element& message) override;
  void ended(caf::scheduled_actor& receiver,
             const caf::mailbox_element& message,
             caf::invoke_message_result outcome) override;
  void noted(const char* key, std::uint64_t value) override;

private:
  struct event {
    host_id where = 0;
    std::function<void()> what;
    message_number cause = 0;
  };
  struct resident {
    host_id where = 0;
    caf::strong_actor_ptr actor;
  };

  static caf::actor_system_config& configure(caf::actor_system_config& config);
  bool advance();
  std::size_t due_events();
  void run_job(std::size_t index);
  void run_event(std::size_t index);
  void release(caf::resumable* held);
  void go_to(host_id where);
  void meet(caf::scheduled_actor& who);
  void meet_new_jobs(std::size_t from);

  chooser& choose_;
  simulation_config config_;
  message_observer* also_;
  caf::actor_system_config system_config_;
  caf::actor_system system_;
  caf::scheduler::test_coordinator& scheduler_;
  std::multimap<base::instant, event> events_;
  std::unordered_map<caf::actor_id, resident> residents_;
  std::vector<caf::resumable*> held_;
  std::function<void(host_id, const caf::mailbox_element&)> see_;
  std::function<void(host_id)> enter_;
  host_id here_ = 0;
  std::uint64_t steps_ = 0;
  int depth_max_ = 0;
};

} // namespace hyper::actors::sim
