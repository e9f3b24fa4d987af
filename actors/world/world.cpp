#include "actors/world/world.hpp"

#include <boost/asio/post.hpp>
#include <caf/actor_registry.hpp>

#include <csignal>
#include <cstdlib>

namespace hyper::actors {

world::world() : io_(1), signals_(io_, SIGINT, SIGTERM) {
  // Writing to a pipe whose reader is gone is an error value, not the end.
  std::signal(SIGPIPE, SIG_IGN);
  loop_coordinator::install(config_, io_);
  system_ = std::make_unique<caf::actor_system>(config_);
  static_cast<loop_coordinator&>(system_->scheduler()).bind_to_this_thread();
}

world::~world() = default;

void world::on_stop(std::function<void()> stop) {
  stop_ = std::move(stop);
  wait_for_signal();
}

void world::wait_for_signal() {
  signals_.async_wait([this](boost::system::error_code code, int) {
    if (code)
      return;
    if (stopping_)
      std::_Exit(130);
    stopping_ = true;
    if (stop_)
      stop_();
    wait_for_signal();
  });
}

void world::run(const std::function<bool()>& finished) {
  // Signals alone must not keep the loop running: poll the actors' end.
  while (system_->registry().running() > 0 || !finished())
    if (io_.run_one() == 0)
      break;
  boost::system::error_code ignored;
  signals_.cancel(ignored);
  io_.poll();
}

} // namespace hyper::actors
