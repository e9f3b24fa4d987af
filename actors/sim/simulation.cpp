#include "actors/sim/simulation.hpp"

#include "actors/runtime/cause.hpp"
#include "base/assert.hpp"

#include <caf/scheduled_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace hyper::actors::sim {

caf::actor_system_config&
simulation::configure(caf::actor_system_config& config) {
  config.set("scheduler.policy", caf::atom("testing"));
  config.set("logger.file-verbosity", caf::atom("quiet"));
  return config;
}

simulation::simulation(chooser& choose, const simulation_config& how,
                       message_observer* also)
    : choose_(choose), config_(how), also_(also),
      system_(configure(system_config_)),
      scheduler_(dynamic_cast<caf::scheduler::test_coordinator&>(
          system_.scheduler())) {
  [[maybe_unused]] auto* before = installed_observer.exchange(this);
  HYPER_ASSERT(before == nullptr);
}

simulation::~simulation() {
  finish();
  installed_observer.store(nullptr);
}

void simulation::finish() {
  also_ = nullptr;
  see_ = nullptr;
  enter_ = nullptr;
  events_.clear();
  while (!held_.empty())
    release(held_.back());
  for (auto& [id, one] : residents_)
    if (one.actor)
      caf::anon_send_exit(caf::actor_cast<caf::actor>(one.actor),
                          caf::exit_reason::kill);
  while (scheduler_.try_run_once())
    events_.clear();
  scheduler_.clock().cancel_all();
  residents_.clear();
}

base::instant simulation::now() const {
  auto since = scheduler_.clock().current_time.time_since_epoch();
  return base::instant{std::chrono::duration_cast<base::duration>(since)};
}

void simulation::after(base::duration delay, host_id where,
                       std::function<void()> what) {
  events_.emplace(now() + delay,
                  event{where, std::move(what), message_in_hand});
}

void simulation::as(host_id where, const std::function<void()>& what) {
  auto before = here_;
  go_to(where);
  auto jobs = scheduler_.jobs.size();
  what();
  meet_new_jobs(jobs);
  go_to(before);
}

void simulation::go_to(host_id where) {
  if (std::exchange(here_, where) != where && enter_)
    enter_(where);
}

std::size_t simulation::due_events() {
  std::size_t count = 0;
  for (auto i = events_.begin(); i != events_.end() && i->first <= now(); ++i)
    ++count;
  return count;
}

bool simulation::step() {
  while (true) {
    auto jobs = scheduler_.jobs.size();
    auto total = jobs + due_events();
    if (total == 0) {
      if (!advance())
        return false;
      continue;
    }
    ++steps_;
    auto taken = static_cast<std::size_t>(choose_.pick(total));
    if (taken < jobs)
      run_job(taken);
    else
      run_event(taken - jobs);
    return true;
  }
}

void simulation::run_until(base::instant end,
                           const std::function<bool()>& done) {
  while (now() < end && !done() && step()) {
  }
}

// Time jumps to the next timer or event.
bool simulation::advance() {
  auto& clock = scheduler_.clock();
  auto next = caf::actor_clock::time_point::max();
  if (!clock.schedule().empty())
    next = clock.schedule().begin()->first;
  if (!events_.empty())
    next = std::min(next, caf::actor_clock::time_point{
                              events_.begin()->first.time_since_epoch()});
  if (next == caf::actor_clock::time_point::max())
    return false;
  go_to(0);
  clock.advance_time(
      std::max(next - clock.current_time, caf::actor_clock::duration_type{0}));
  return true;
}

void simulation::run_job(std::size_t index) {
  auto& jobs = scheduler_.jobs;
  std::swap(jobs[0], jobs[index]);
  if (config_.stall_one_in != 0 && choose_.pick(config_.stall_one_in) == 0) {
    auto* held = jobs.front();
    jobs.pop_front();
    held_.push_back(held);
    auto length = static_cast<std::uint64_t>(config_.stall_max.count());
    after(base::duration{static_cast<std::int64_t>(choose_.pick(length) + 1)},
          0, [this, held] { release(held); });
    return;
  }
  auto* actor = dynamic_cast<caf::scheduled_actor*>(jobs.front());
  if (actor != nullptr) {
    auto found = residents_.find(actor->id());
    go_to(found == residents_.end() ? 0 : found->second.where);
  }
  auto before = jobs.size() - 1;
  scheduler_.run_once();
  meet_new_jobs(before);
}

void simulation::release(caf::resumable* held) {
  held_.erase(std::ranges::find(held_, held));
  scheduler_.jobs.push_back(held);
}

void simulation::run_event(std::size_t index) {
  auto chosen = std::next(events_.begin(), static_cast<std::ptrdiff_t>(index));
  auto one = std::move(chosen->second);
  events_.erase(chosen);
  cause_scope scope{one.cause};
  as(one.where, one.what);
}

void simulation::meet(caf::scheduled_actor& who) {
  residents_.try_emplace(who.id(),
                         resident{here_, caf::strong_actor_ptr{who.ctrl()}});
}

void simulation::meet_new_jobs(std::size_t from) {
  auto& jobs = scheduler_.jobs;
  for (auto i = std::min(from, jobs.size()); i < jobs.size(); ++i)
    if (auto* actor = dynamic_cast<caf::scheduled_actor*>(jobs[i]))
      meet(*actor);
}

void simulation::kill(host_id where) {
  std::vector<std::pair<caf::actor_id, caf::strong_actor_ptr>> ending;
  for (auto& [id, one] : residents_)
    if (one.where == where && one.actor)
      ending.emplace_back(id, std::exchange(one.actor, nullptr));
  // The table has no order of its own.
  std::ranges::sort(ending, {}, [](const auto& one) { return one.first; });
  for (auto& [id, actor] : ending)
    caf::anon_send_exit(caf::actor_cast<caf::actor>(actor),
                        caf::exit_reason::kill);
}

void simulation::queued(caf::scheduled_actor& receiver, int depth,
                        const caf::mailbox_element& message) {
  meet(receiver);
  depth_max_ = std::max(depth_max_, depth);
  if (see_)
    see_(residents_[receiver.id()].where, message);
  if (also_ != nullptr)
    also_->queued(receiver, depth, message);
}

void simulation::begins(caf::scheduled_actor& receiver,
                        const caf::mailbox_element& message) {
  if (also_ != nullptr)
    also_->begins(receiver, message);
}

void simulation::ended(caf::scheduled_actor& receiver,
                       const caf::mailbox_element& message,
                       caf::invoke_message_result outcome) {
  if (also_ != nullptr)
    also_->ended(receiver, message, outcome);
}

void simulation::noted(const char* key, std::uint64_t value) {
  if (also_ != nullptr)
    also_->noted(key, value);
}

} // namespace hyper::actors::sim
