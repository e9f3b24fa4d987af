#pragma once

#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <atomic>
#include <cstdint>

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#define HYPER_TSAN_ACQUIRE(address) __tsan_acquire(address)
#define HYPER_TSAN_RELEASE(address) __tsan_release(address)
#else
#define HYPER_TSAN_ACQUIRE(address) static_cast<void>(0)
#define HYPER_TSAN_RELEASE(address) static_cast<void>(0)
#endif

// The one place that every message of every actor passes.

namespace hyper::actors {

/// Sees each message when it is queued and around its handling. At most one is
/// installed, before the first actor is spawned.
class message_observer {
public:
  virtual ~message_observer() = default;

  /// An actor is there, and has no message yet.
  virtual void spawned(caf::scheduled_actor&) {}

  /// An actor has ended; `left` messages of its mailbox are dropped.
  virtual void gone(caf::scheduled_actor&, int /*left*/) {}

  /// `depth` counts the receiver's mailbox with this message in it.
  virtual void queued(caf::scheduled_actor& receiver, int depth,
                      const caf::mailbox_element& message) = 0;
  virtual void begins(caf::scheduled_actor& receiver,
                      const caf::mailbox_element& message) = 0;
  virtual void ended(caf::scheduled_actor& receiver,
                     const caf::mailbox_element& message,
                     caf::invoke_message_result outcome) = 0;

  /// The handler on this thread tells a fact about the message in its hand.
  virtual void noted(const char* key, std::uint64_t value) = 0;
};

inline std::atomic<message_observer*> installed_observer{nullptr};

/// A fact that only the handler knows, such as the number of a request on the
/// wire; costs nothing while nobody observes.
inline void trace_note(const char* key, std::uint64_t value) {
  if (auto* observer = installed_observer.load(std::memory_order_acquire))
      [[unlikely]]
    observer->noted(key, value);
}

/// Adds the observer, and what CAF 0.17 leaves out, to an actor's base class.
template <class Base>
class hooked : public Base {
public:
  using Base::Base;
  using Base::enqueue;

  void enqueue(caf::mailbox_element_ptr message,
               caf::execution_unit* unit) override {
    HYPER_TSAN_RELEASE(message.get());
    auto* observer = installed_observer.load(std::memory_order_acquire);
    // What comes for the dead is handled by nobody.
    if (observer && !gone_.load(std::memory_order_relaxed)) [[unlikely]] {
      auto depth = depth_.fetch_add(1, std::memory_order_relaxed) + 1;
      observer->queued(*this, depth, *message);
    }
    Base::enqueue(std::move(message), unit);
  }

  using Base::consume;
  caf::invoke_message_result consume(caf::mailbox_element& message) override {
    HYPER_TSAN_ACQUIRE(&message);
    // 0.17.6 never cancels the timeout of an answered request by itself.
    if (message.mid.is_response())
      this->clock().cancel_request_timeout(this, message.mid);
    if (auto* observer = installed_observer.load(std::memory_order_acquire))
        [[unlikely]]
      return observed(*observer, message);
    return Base::consume(message);
  }

  void launch(caf::execution_unit* unit, bool lazy, bool hide) override {
    HYPER_TSAN_RELEASE(this);
    if (auto* observer = installed_observer.load(std::memory_order_acquire))
        [[unlikely]]
      observer->spawned(*this);
    Base::launch(unit, lazy, hide);
  }

  void on_exit() override {
    gone_ = true;
    if (auto* observer = installed_observer.load(std::memory_order_acquire))
        [[unlikely]]
      observer->gone(*this, depth_.load(std::memory_order_relaxed));
    Base::on_exit();
  }

#if defined(__SANITIZE_THREAD__)
  // The packaged library is not instrumented: tell the tool of each hand over.
  caf::resumable::resume_result resume(caf::execution_unit* unit,
                                       std::size_t budget) override {
    HYPER_TSAN_ACQUIRE(this);
    caf::strong_actor_ptr keep{this->ctrl()};
    auto outcome = Base::resume(unit, budget);
    HYPER_TSAN_RELEASE(this);
    return outcome;
  }
  void on_destroy() override {
    HYPER_TSAN_ACQUIRE(this);
    Base::on_destroy();
  }
#endif

private:
  // Tells the observer of the end also when the handler throws.
  struct observation {
    hooked& self;
    message_observer& observer;
    caf::mailbox_element& message;
    caf::invoke_message_result outcome = caf::invoke_message_result::dropped;

    ~observation() {
      if (outcome != caf::invoke_message_result::skipped)
        self.depth_.fetch_sub(1, std::memory_order_relaxed);
      observer.ended(self, message, outcome);
    }
  };

  caf::invoke_message_result observed(message_observer& observer,
                                      caf::mailbox_element& message) {
    observation scope{*this, observer, message};
    observer.begins(*this, message);
    scope.outcome = Base::consume(message);
    return scope.outcome;
  }

  std::atomic<int> depth_{0};
  std::atomic<bool> gone_{false};
};

} // namespace hyper::actors
