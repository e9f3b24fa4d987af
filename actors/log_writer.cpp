#include "actors/log_writer.hpp"

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
    return answer(group_, snapshot.failure());
  auto outcome = writer_.decide(**snapshot, config_.log.current, wishes);
  if (!outcome || outcome->writes.empty())
    return answer(group_, outcome);
  decided_ = std::move(outcome).value();
  committing_ = true;
  config_.disk->commit(++ticket_, std::exchange(decided_.writes, {}), self_);
}

// Durable before visible: only now does anybody hear of the new length. The
// index hears first, so that a caller who reads after its answer sees it.
void log_writer::end_group(const committed& what) {
  if (!committing_ || what.ticket != ticket_)
    return;
  committing_ = false;
  if (!what.outcome) {
    answer(group_, what.outcome.failure());
  } else {
    auto before = config_.log.current.length();
    config_.log.current = decided_.next;
    config_.log.blocks.insert(before, config_.log.current.length());
    // Without callers, as for the header, no answer has to go first.
    tell_index(group_.empty());
    answer(group_, std::exchange(decided_, {}));
  }
  if (!queue_.empty())
    begin_group();
  else if (stopping_)
    self_->quit();
}

void log_writer::answer(std::vector<waiting>& group,
                        const base::result<registry::group>& outcome) {
  auto callers = std::exchange(group, {});
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
