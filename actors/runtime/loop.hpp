#pragma once

#include "actors/runtime/loop_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <deque>
#include <mutex>
#include <vector>

namespace hyper::actors {

/// Runs every actor on the one thread that runs `io`, between its sockets and
/// timers. Handlers are therefore atomic. Other threads may send messages.
class loop_coordinator final : public caf::scheduler::abstract_coordinator {
public:
  loop_coordinator(caf::actor_system& system, boost::asio::io_context& io);

  /// Makes systems built from `config` use this scheduler.
  static void install(caf::actor_system_config& config,
                      boost::asio::io_context& io);

  /// Call once on the thread that runs the io_context.
  void bind_to_this_thread();

  void enqueue(caf::resumable* job) override;
  bool detaches_utility_actors() const override { return false; }
  loop_clock& clock() noexcept override { return clock_; }

protected:
  void start() override;
  void stop() override;

private:
  class unit final : public caf::execution_unit {
  public:
    unit(caf::actor_system& system, loop_coordinator& parent)
        : execution_unit(&system), parent_(parent) {}
    void exec_later(caf::resumable* job) override { parent_.push(job); }

  private:
    loop_coordinator& parent_;
  };

  void push(caf::resumable* job);
  void turn();
  void take_inbox();
  bool run_slice(std::size_t jobs);

  boost::asio::io_context& io_;
  loop_clock clock_;
  unit unit_;
  std::deque<caf::resumable*> ready_;
  bool scheduled_ = false;
  std::mutex mutex_;
  std::vector<caf::resumable*> inbox_;
};

} // namespace hyper::actors
