#include "actors/gateway/feed.hpp"

#include "actors/gateway/replies.hpp"

#include <algorithm>
#include <utility>

namespace hyper::actors::gateway {

namespace {

// The index answers at once or is gone.
constexpr base::duration answer_time = base::seconds{5};

shared_line line_of(const registry::event& what) {
  return std::make_shared<const std::string>(replies::event(what));
}

caf::error nothing_comes() {
  return caf::make_error(caf::sec::runtime_error, "no changes");
}

/// Behind which length to ask on. Blocks that change no name are passed over,
/// too.
std::uint64_t end_of(std::uint64_t behind, const history_told& what,
                     std::size_t limit) {
  const auto& changes = *what.outcome;
  auto last = changes.empty() ? behind : changes.back().seq + 1;
  return changes.size() < limit ? std::max(last, what.how_new.length) : last;
}

} // namespace

feed::feed(handle::pointer self, index_handle index, feed_limits how)
    : self_(self), index_(std::move(index)), limits_(how) {}

feed::~feed() {
  for (auto& one : waiting_)
    one.asked.deliver(nothing_comes());
}

feed::handle::behavior_type feed::make_behavior() {
  return {
      [this](const next_changes& what) { return answer(what); },
      [this](const no_more_changes&) { forget(sender()); },
      [this](const tick& what) {
        timer_.take(what);
        if (phase_ == phase::gathering)
          wake_up();
      },
      [this](const shut_down&) { self_->quit(); },
  };
}

// A listener asks on when it has taken what it was told: nothing is queued for
// a slow one, and nothing is lost or doubled.
caf::result<changes_told> feed::answer(const next_changes& what) {
  auto by = sender(); // a promise takes it from the message
  auto asked = self_->make_response_promise<changes_told>();
  serve({what.behind, now_of(self_) + limits_.patience, asked, by});
  if (phase_ == phase::asleep)
    wake_up();
  return asked;
}

// Those who come and go leave no questions behind.
void feed::forget(const caf::actor_addr& who) {
  std::erase_if(waiting_, [&](const question& one) { return one.by == who; });
}

caf::actor_addr feed::sender() const {
  return caf::actor_cast<caf::actor_addr>(self_->current_sender());
}

void feed::serve(question what) {
  if (known_ && what.behind < known_->begin)
    return read_again(what);
  if (known_ && what.behind < known_->end)
    return static_cast<void>(what.asked.deliver(told_of(what.behind)));
  if (waiting_.size() >= limits_.waiting)
    return static_cast<void>(what.asked.deliver(nothing_comes()));
  if (known_ && what.deadline <= now_of(self_))
    return static_cast<void>(what.asked.deliver(changes_told{{}, what.behind}));
  waiting_.push_back(std::move(what));
}

void feed::serve_all() {
  for (auto& one : std::exchange(waiting_, {}))
    serve(std::move(one));
}

// Requires that the range is known, and begins no later than `behind`.
changes_told feed::told_of(std::uint64_t behind) const {
  changes_told out{{}, known_->end};
  auto first = std::ranges::upper_bound(kept_, behind, {}, &change::length);
  for (auto at = first; at != kept_.end(); ++at) {
    if (out.lines.size() == limits_.at_once)
      return out;
    out.lines.push_back(at->line);
    if (out.lines.size() == limits_.at_once)
      out.length = at->length;
  }
  return out;
}

void feed::read_again(const question& what) {
  auto behind = what.behind;
  self_->request(index_, answer_time, changes_since{behind, limits_.at_once})
      .then(
          [this, behind, asked = what.asked](const history_told& read) mutable {
            if (!read.outcome)
              return static_cast<void>(asked.deliver(nothing_comes()));
            changes_told told{{}, end_of(behind, read, limits_.at_once)};
            for (const auto& one : *read.outcome)
              told.lines.push_back(line_of(one));
            asked.deliver(std::move(told));
          },
          [asked = what.asked](const caf::error&) mutable {
            asked.deliver(nothing_comes());
          });
}

void feed::wake_up() {
  if (waiting_.empty())
    phase_ = phase::asleep;
  else if (known_)
    wait();
  else
    begin();
}

// What was before the first question is not made text for those who do not ask
// for it.
void feed::begin() {
  phase_ = phase::beginning;
  self_->request(index_, answer_time, index_query{})
      .then(
          [this](const index_status& now) {
            known_ = range{now.how_new.length, now.how_new.length};
            serve_all();
            wake_up();
          },
          [this](const caf::error&) { fail(); });
}

void feed::wait() {
  phase_ = phase::waiting;
  self_
      ->request(index_, limits_.patience + answer_time,
                wait_for_length{known_->end, limits_.patience})
      .then([this](const waited&) { look(); },
            [this](const caf::error&) { fail(); });
}

void feed::look() {
  phase_ = phase::looking;
  self_
      ->request(index_, answer_time,
                changes_since{known_->end, limits_.at_once})
      .then([this](const history_told& what) { add(what); },
            [this](const caf::error&) { fail(); });
}

// After a long sleep most of what came is of no use here: whoever wants it
// reads it again.
void feed::add(const history_told& what) {
  if (!what.outcome)
    return fail();
  auto end = end_of(known_->end, what, limits_.at_once);
  bool told_all = end >= what.how_new.length;
  bool grown = end > known_->end;
  if (what.how_new.length > end + limits_.kept) {
    kept_.clear();
    known_ = range{what.how_new.length, what.how_new.length};
  } else {
    keep(*what.outcome);
    known_->end = end;
  }
  serve_all();
  if (!grown || !told_all)
    return wake_up();
  phase_ = phase::gathering;
  timer_.arm(self_, now_of(self_) + limits_.gather);
}

void feed::keep(const std::vector<registry::event>& changes) {
  for (const auto& one : changes)
    kept_.push_back({one.seq + 1, line_of(one)});
  while (kept_.size() > limits_.kept) {
    known_->begin = kept_.front().length;
    kept_.pop_front();
  }
}

// The index is gone, or can't read: the listeners come again elsewhere.
void feed::fail() {
  phase_ = phase::asleep;
  for (auto& one : std::exchange(waiting_, {}))
    one.asked.deliver(nothing_comes());
}

} // namespace hyper::actors::gateway
