#pragma once

#include "actors/runtime/hooked.hpp"

#include <optional>
#include <utility>

namespace hyper::actors {

/// Turns a state class into an actor. The state looks like this:
///
///   struct example {
///     using handle = caf::typed_actor<...>;
///     static constexpr const char* name = "example";
///     example(handle::pointer self, ...);
///     handle::behavior_type make_behavior();
///   };
///
/// The state dies when the actor exits, not when its last handle goes.
template <class State>
class host final : public hooked<typename State::handle::base> {
public:
  using super = hooked<typename State::handle::base>;

  template <class... Args>
  explicit host(caf::actor_config& config, Args&&... args) : super(config) {
    state_.emplace(static_cast<typename State::handle::pointer>(this),
                   std::forward<Args>(args)...);
  }

  const char* name() const override { return State::name; }
  void on_exit() override {
    state_.reset();
    super::on_exit();
  }
  State& state() { return *state_; }

protected:
  typename super::behavior_type make_behavior() override {
    return state_->make_behavior();
  }

private:
  std::optional<State> state_;
};

/// Spawns from an actor_system or from a parent actor.
template <class State, caf::spawn_options Options = caf::no_spawn_options,
          class Spawner, class... Args>
typename State::handle spawn_state(Spawner& by, Args&&... args) {
  return by.template spawn<host<State>, Options>(std::forward<Args>(args)...);
}

/// The state behind a handle: for tests alone.
template <class State>
State& state_of(const typename State::handle& handle) {
  auto* raw = caf::actor_cast<caf::abstract_actor*>(handle);
  return static_cast<host<State>*>(raw)->state();
}

} // namespace hyper::actors
