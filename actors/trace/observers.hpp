#pragma once

#include "actors/runtime/hooked.hpp"

#include <vector>

namespace hyper::actors::trace {

/// Several observers as one. They must outlive it.
class observers final : public message_observer {
public:
  void add(message_observer& one) { all_.push_back(&one); }
  bool empty() const { return all_.empty(); }

  void spawned(caf::scheduled_actor& who) override {
    for (auto* one : all_)
      one->spawned(who);
  }
  void gone(caf::scheduled_actor& who, int left) override {
    for (auto* one : all_)
      one->gone(who, left);
  }
  void queued(caf::scheduled_actor& receiver, int depth,
              const caf::mailbox_element& message) override {
    for (auto* one : all_)
      one->queued(receiver, depth, message);
  }
  void begins(caf::scheduled_actor& receiver,
              const caf::mailbox_element& message) override {
    for (auto* one : all_)
      one->begins(receiver, message);
  }
  void ended(caf::scheduled_actor& receiver,
             const caf::mailbox_element& message,
             caf::invoke_message_result outcome) override {
    for (auto* one : all_)
      one->ended(receiver, message, outcome);
  }
  void noted(const char* key, std::uint64_t value) override {
    for (auto* one : all_)
      one->noted(key, value);
  }

private:
  std::vector<message_observer*> all_;
};

} // namespace hyper::actors::trace
