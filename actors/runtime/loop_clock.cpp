#include "actors/runtime/loop_clock.hpp"

#include <boost/asio/dispatch.hpp>
#include <caf/no_stages.hpp>
#include <caf/sec.hpp>
#include <caf/system_messages.hpp>

namespace hyper::actors {

namespace {

template <class... Content>
caf::mailbox_element_ptr from_self(const caf::strong_actor_ptr& self,
                                   caf::message_id id, Content... content) {
  return caf::make_mailbox_element(self, id, caf::no_stages,
                                   std::move(content)...);
}

} // namespace

loop_clock::loop_clock(boost::asio::io_context& io) : io_(io), timer_(io) {}

void loop_clock::set_ordinary_timeout(time_point due, caf::abstract_actor* self,
                                      caf::atom_value type, std::uint64_t id) {
  caf::strong_actor_ptr to{self->ctrl()};
  auto message =
      from_self(to, caf::make_message_id(), caf::timeout_msg{type, id});
  key name{self->id(), kind::ordinary, static_cast<std::uint64_t>(type)};
  add(due, {name, std::move(to), std::move(message)});
}

void loop_clock::set_multi_timeout(time_point due, caf::abstract_actor* self,
                                   caf::atom_value type, std::uint64_t id) {
  caf::strong_actor_ptr to{self->ctrl()};
  auto message =
      from_self(to, caf::make_message_id(), caf::timeout_msg{type, id});
  add(due, {{self->id(), kind::multi, id}, std::move(to), std::move(message)});
}

void loop_clock::set_request_timeout(time_point due, caf::abstract_actor* self,
                                     caf::message_id id) {
  caf::strong_actor_ptr to{self->ctrl()};
  auto message = from_self(to, id, caf::sec::request_timeout);
  key name{self->id(), kind::request, id.integer_value()};
  add(due, {name, std::move(to), std::move(message)});
}

void loop_clock::cancel_ordinary_timeout(caf::abstract_actor* self,
                                         caf::atom_value type) {
  erase({self->id(), kind::ordinary, static_cast<std::uint64_t>(type)});
}

void loop_clock::cancel_request_timeout(caf::abstract_actor* self,
                                        caf::message_id id) {
  erase({self->id(), kind::request, id.integer_value()});
}

void loop_clock::cancel_timeouts(caf::abstract_actor* self) {
  // Elements die after the lock is released: their destructors may come back.
  std::vector<due_map::node_type> dead;
  std::lock_guard guard{mutex_};
  auto found = index_.lower_bound({self->id(), kind::ordinary, 0});
  while (found != index_.end() && found->first.actor == self->id()) {
    dead.push_back(due_.extract(found->second));
    found = index_.erase(found);
  }
}

void loop_clock::schedule_message(time_point due,
                                  caf::strong_actor_ptr receiver,
                                  caf::mailbox_element_ptr message) {
  add(due, {{}, std::move(receiver), std::move(message)});
}

void loop_clock::schedule_message(time_point, caf::group, caf::strong_actor_ptr,
                                  caf::message) {
  // The program has no groups.
}

void loop_clock::cancel_all() {
  due_map dead;
  std::lock_guard guard{mutex_};
  dead.swap(due_);
  index_.clear();
}

void loop_clock::add(time_point due, entry what) {
  due_map::node_type replaced;
  auto wake = false;
  {
    std::lock_guard guard{mutex_};
    auto name = what.name;
    auto position = due_.emplace(due, std::move(what));
    if (name.what != kind::message) {
      auto [old, fresh] = index_.emplace(name, position);
      if (!fresh) {
        replaced = due_.extract(old->second);
        old->second = position;
      }
    }
    if (due < armed_) {
      armed_ = due;
      wake = true;
    }
  }
  if (wake)
    boost::asio::dispatch(io_, [this] { arm(); });
}

void loop_clock::erase(const key& name) {
  due_map::node_type dead;
  std::lock_guard guard{mutex_};
  if (auto found = index_.find(name); found != index_.end()) {
    dead = due_.extract(found->second);
    index_.erase(found);
  }
}

void loop_clock::arm() {
  std::lock_guard guard{mutex_};
  if (due_.empty()) {
    armed_ = time_point::max();
    timer_.cancel();
    return;
  }
  armed_ = due_.begin()->first;
  timer_.expires_at(armed_);
  timer_.async_wait([this](boost::system::error_code code) {
    if (!code)
      fire();
  });
}

std::vector<loop_clock::due_map::node_type> loop_clock::take_due() {
  std::vector<due_map::node_type> ready;
  std::lock_guard guard{mutex_};
  auto moment = now();
  while (!due_.empty() && due_.begin()->first <= moment) {
    if (auto& name = due_.begin()->second.name; name.what != kind::message)
      index_.erase(name);
    ready.push_back(due_.extract(due_.begin()));
  }
  return ready;
}

void loop_clock::fire() {
  for (auto& node : take_due()) {
    auto& due = node.mapped();
    cause_scope scope{due.cause};
    due.receiver->enqueue(std::move(due.message), nullptr);
  }
  arm();
}

} // namespace hyper::actors
