#pragma once

#include "actors/runtime/loop.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <functional>
#include <memory>

namespace hyper::actors {

/// The loop, the actor system on it, and the signals that end it. One per
/// process; its actors live until run() returns.
class world {
public:
  world();
  ~world();

  world(const world&) = delete;
  world& operator=(const world&) = delete;

  boost::asio::io_context& io() { return io_; }
  caf::actor_system& system() { return *system_; }

  /// Called on the loop at the first SIGINT or SIGTERM. A second one ends the
  /// process at once.
  void on_stop(std::function<void()> stop);

  /// Runs until no actor is left and `finished` says so: a program whose nodes
  /// come and go has moments without any.
  void run(const std::function<bool()>& finished = [] { return true; });

private:
  void wait_for_signal();

  boost::asio::io_context io_;
  boost::asio::signal_set signals_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::function<void()> stop_;
  bool stopping_ = false;
};

} // namespace hyper::actors
