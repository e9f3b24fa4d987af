#include "actors/log_writer.hpp"

#include "actors/runtime/timer.hpp"

#include "base/mutant.hpp"

#include <algorithm>
#include <utility>

namespace hyper::actors {

log_writer::log_writer(handle::pointer self, log_writer_config how,
                       index_handle index)
    : self_(self), config_(std::move(how)), index_(std::move(index)),
      writer_({config_.log.key, *config_.log.who}, config_.signer,
              config_.names) {}

// Nobody is left without an answer.
log_writer::~log_writer() {
  base::error closing{base::errc::closed, "the server is shutting down"};
  answer(queue_, closing);
  answer(group_, closing);
}

log_writer::handle::behavior_type log_writer::make_behavior() {
  begin_group(); // an empty log gets its header
  return {
      [this](const change_name& wish) { return take(wish); },
      [this](const committed& what) { end_group(what); },
      [this](const shut_down&) {
        stopping_ = true;
        if (!committing_)
          self_->quit();
      },
  };
}

caf::result<decided> log_writer::take(const change_name& wish) {
  auto promise = self_->make_response_promise<decided>();
  if (stopping_ || queue_.size() >= waiting_changes_max)
    return promise.deliver(
        decided{base::error{base::errc::busy, "the registry is overloaded"}});
  queue_.push_back({wish.what, promise});
  if (base::mutant("key_of_the_first"))
    queue_.back().what.caller = queue_.front().what.caller;
  if (!committing_)
    begin_group();
  return promise;
}

void log_writer::begin_group() {
  group_ = std::exchange(queue_, {});
  if (group_.size() > registry::group_changes_max) {
    auto split = group_.begin() +
                 static_cast<std::ptrdiff_t>(registry::group_changes_max);
    queue_.assign(std::make_move_iterator(split),
                  std::make_move_iterator(group_.end()));
    group_.erase(split, group_.end());
  }
  std::vector<registry::change> wishes;
  for (const auto& one : group_)
    wishes.push_back(one.what);
  auto snapshot = config_.store->read();
  if (!snapshot)
    return refuse_group(snapshot.failure());
  auto outcome = writer_.decide(**snapshot, config_.log.current, wishes);
  if (!outcome)
    return refuse_group(outcome.failure());
  if (outcome->writes.empty())
    return answer(group_, outcome);
  decided_ = std::move(outcome).value();
  committing_ = true;
  if (base::mutant("reply_before_commit"))
    answer(group_, decided_);
  begun_ = now_of(self_);
  config_.disk->commit(++ticket_, std::exchange(decided_.writes, {}), self_);
}

// Durable before visible: only now does anybody hear of the new length. The
// index hears first, so that a caller who reads after its answer sees it.
void log_writer::end_group(const committed& what) {
  if (!committing_ || what.ticket != ticket_)
    return;
  committing_ = false;
  trace_note("commit_us", microseconds_since(self_, begun_));
  if (!what.outcome && !base::mutant("failed_commit_counts")) {
    refuse_group(what.outcome.failure());
  } else {
    note_health(what.outcome);
    auto before = config_.log.current.length();
    config_.log.current = decided_.next;
    config_.log.blocks.insert(before, config_.log.current.length());
    // Without callers, as for the header, no answer has to go first.
    tell_index(group_.empty() || base::mutant("announce_before_reply"));
    answer(group_, std::exchange(decided_, {}));
  }
  if (!queue_.empty() && !base::mutant("queue_forgotten"))
    begin_group();
  else if (stopping_)
    self_->quit();
}

void log_writer::refuse_group(const base::error& why) {
  note_health(why);
  answer(group_, why);
}

// Told once per trouble, not once per refused change.
void log_writer::note_health(const base::status& storage) {
  bool was_failing = std::exchange(failing_, !storage.ok());
  if (was_failing == failing_ || !config_.report)
    return;
  config_.report(failing_ ? storage.failure().message +
                                "; changes are refused until this is mended"
                          : "the storage takes changes again");
}

void log_writer::answer(std::vector<waiting>& group,
                        const base::result<registry::group>& outcome) {
  auto callers = std::exchange(group, {});
  if (base::mutant("answers_mixed_up"))
    std::reverse(callers.begin(), callers.end());
  for (std::size_t i = 0; i < callers.size(); ++i) {
    if (outcome)
      callers[i].caller.deliver(decided{outcome->answers[i]});
    else
      callers[i].caller.deliver(decided{outcome.failure()});
  }
}

void log_writer::tell_index(bool announce) {
  const auto& log = config_.log;
  self_->send(index_, log_grown{{log.current, true, log.blocks.contiguous()},
                                announce});
}

} // namespace hyper::actors
