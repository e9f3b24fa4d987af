#include "actors/runtime/loop.hpp"

#include <boost/asio/post.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message_handler.hpp>
#include <caf/monitorable_actor.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <cstdio>

namespace hyper::actors {

namespace {

// Jobs per turn, messages per job: sockets get their turn in between.
constexpr std::size_t jobs_per_turn = 256;
constexpr std::size_t messages_per_job = 64;

thread_local loop_coordinator* bound = nullptr;

// CAF wants a printer; without it, it would start a thread for one.
class print_actor final : public caf::monitorable_actor {
public:
  explicit print_actor(caf::actor_config& config) : monitorable_actor(config) {
    handler_.assign([](caf::add_atom, caf::actor_id, const std::string& text) {
      std::fputs(text.c_str(), stderr);
    });
  }
  void enqueue(caf::mailbox_element_ptr message,
               caf::execution_unit*) override {
    handler_(message->content());
  }

private:
  caf::message_handler handler_;
};

// The counts are in the packaged library, which is not instrumented: that this
// look at the job comes before its last owner on another thread ends it, the
// thread sanitizer can't know.
#if defined(__SANITIZE_THREAD__)
[[gnu::no_sanitize_thread, gnu::noinline]]
#endif
void release(caf::resumable* job) {
  job->intrusive_ptr_release_impl();
}

} // namespace

loop_coordinator::loop_coordinator(caf::actor_system& system,
                                   boost::asio::io_context& io)
    : abstract_coordinator(system), io_(io), clock_(io), unit_(system, *this) {}

void loop_coordinator::install(caf::actor_system_config& config,
                               boost::asio::io_context& io) {
  config.module_factories.push_back(
      [&io](caf::actor_system& system) -> caf::actor_system::module* {
        return new loop_coordinator(system, io);
      });
}

void loop_coordinator::bind_to_this_thread() {
  bound = this;
}

void loop_coordinator::enqueue(caf::resumable* job) {
  if (bound == this)
    return push(job);
  auto wake = false;
  {
    std::lock_guard guard{mutex_};
    wake = inbox_.empty();
    inbox_.push_back(job);
  }
  if (wake)
    boost::asio::post(io_, [this] { take_inbox(); });
}

void loop_coordinator::start() {
  caf::actor_config config{&unit_};
  utility_actors_[printer_id] = caf::make_actor<print_actor, caf::actor>(
      system().next_actor_id(), system().node(), &system(), config);
}

void loop_coordinator::stop() {
  // The loop no longer runs: finish inline what is left.
  bind_to_this_thread();
  take_inbox();
  while (run_slice(jobs_per_turn))
    take_inbox();
  clock_.cancel_all();
  bound = nullptr;
}

void loop_coordinator::push(caf::resumable* job) {
  ready_.push_back(job);
  if (!scheduled_) {
    scheduled_ = true;
    boost::asio::post(io_, [this] { turn(); });
  }
}

void loop_coordinator::turn() {
  scheduled_ = run_slice(jobs_per_turn);
  if (scheduled_)
    boost::asio::post(io_, [this] { turn(); });
}

void loop_coordinator::take_inbox() {
  std::vector<caf::resumable*> arrived;
  {
    std::lock_guard guard{mutex_};
    arrived.swap(inbox_);
  }
  for (auto* job : arrived)
    push(job);
}

bool loop_coordinator::run_slice(std::size_t jobs) {
  while (jobs-- > 0 && !ready_.empty()) {
    auto* job = ready_.front();
    ready_.pop_front();
    switch (job->resume(&unit_, messages_per_job)) {
    case caf::resumable::resume_later:
      ready_.push_back(job);
      break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message:
      release(job);
      break;
    case caf::resumable::shutdown_execution_unit:
      break;
    }
  }
  return !ready_.empty();
}

} // namespace hyper::actors
