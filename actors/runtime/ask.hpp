#pragma once

#include "actors/runtime/hooked.hpp"
#include "base/time.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <utility>

namespace hyper::actors {

/// A request from outside of every actor, by one that lives until the answer.
/// `answered` gets the answer, or `failed` is called when the timeout has
/// passed or the asked actor has ended. Both run on the loop.
template <class Answer, class Handle, class Message>
void ask(caf::actor_system& system, const Handle& whom, base::duration timeout,
         Message what, std::function<void(const Answer&)> answered,
         std::function<void()> failed) {
  using asker = hooked<caf::event_based_actor>;
  auto actor = system.spawn<asker>();
  auto* self =
      static_cast<asker*>(caf::actor_cast<caf::abstract_actor*>(actor));
  self->request(whom, timeout, std::move(what))
      .then([answered = std::move(answered)](const Answer& x) { answered(x); },
            [failed = std::move(failed)](const caf::error&) { failed(); });
}

} // namespace hyper::actors
