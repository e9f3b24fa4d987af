#include "net/replication/announcer.hpp"

#include "base/assert.hpp"
#include "net/replication/limits.hpp"

#include <algorithm>

namespace hyper::replication {

announcer::announcer(head ours, block_set blocks, bool downloading)
    : ours_(ours), blocks_(std::move(blocks)), downloading_(downloading),
      remote_blocks_(remote_runs_max), fresh_(announcements_max),
      dropped_(announcements_max) {
  check_invariant();
}

void announcer::open() {
  sync_due_ = true;
  whole_due_ = blocks_.contiguous() > 0;
}

void announcer::check_invariant() const {
  HYPER_ASSERT(!blocks_.next_present(ours_.length).has_value());
  HYPER_ASSERT(!fresh_.next_present(ours_.length).has_value());
  HYPER_ASSERT(remote_blocks_.runs() <= remote_runs_max);
  HYPER_ASSERT(fresh_.runs() <= announcements_max);
  HYPER_ASSERT(unanswered_.size() <= wants_max);
}

bool announcer::is_complete() const {
  return blocks_.contiguous() == ours_.length;
}

void announcer::announce(const head& ours, block_range blocks) {
  HYPER_ASSERT(blocks.empty() || blocks.end() <= ours.length);
  if (ours != ours_)
    sync_due_ = true;
  if (ours.length < ours_.length)
    withdraw({ours.length, ours_.length - ours.length});
  ours_ = ours;
  blocks_.insert(blocks);
  dropped_.erase(blocks);
  // Telling the whole log in one range is right for a log without gaps, and
  // what a peer with gaps does once when the last one is filled.
  if (is_complete())
    whole_due_ = whole_due_ || whole_told_ < ours_.length;
  else if (is_news(blocks))
    fresh_.insert(blocks);
  check_invariant();
}

// A peer with gaps spares the others news that they did not ask for.
bool announcer::is_news(block_range blocks) const {
  return !blocks.empty() && !remote_blocks_.contains(blocks) &&
         (blocks.start + last_blocks >= ours_.length || wants_.touches(blocks));
}

void announcer::withdraw(block_range blocks) {
  blocks_.erase(blocks);
  fresh_.erase(blocks);
  dropped_.insert(blocks);
  whole_told_ = std::min(whole_told_, blocks.start);
}

void announcer::set_downloading(bool downloading) {
  sync_due_ = sync_due_ || downloading != downloading_;
  downloading_ = downloading;
}

void announcer::handle(const sync& what) {
  remote_ = what;
  // A reader asks for an upgrade only after it has read its own length back.
  if (what.fork == ours_.fork && what.length < ours_.length)
    sync_due_ = true;
}

void announcer::handle(const range& what) {
  if (what.drop)
    remote_blocks_.erase({what.start, what.length});
  else
    remote_blocks_.insert({what.start, what.length});
}

void announcer::handle(const bitfield& what) {
  remote_blocks_.assign(what.start, what.words);
}

void announcer::handle(const want& what) {
  if (!wants_.add(what))
    return;
  if (unanswered_.size() < wants_max)
    unanswered_.push_back(what);
  check_invariant();
}

void announcer::handle(const unwant& what) {
  wants_.remove(what);
  std::erase_if(unanswered_, [&](const want& one) {
    return one.start == what.start && one.length == what.length &&
           one.any == what.any;
  });
}

// We can prove our length to whoever starts from nothing. From a shorter log
// on it takes the nodes beside that log's last block; they came with it.
bool announcer::can_upgrade() const {
  if (!remote_)
    return true;
  if (remote_->fork != ours_.fork)
    return false;
  if (remote_->length == 0)
    return true;
  return remote_->length < ours_.length &&
         (is_complete() || blocks_.contains(remote_->length - 1));
}

sync announcer::make_sync() const {
  sync what;
  what.fork = ours_.fork;
  what.length = ours_.length;
  if (remote_ && remote_->fork == ours_.fork)
    what.remote_length = remote_->length;
  what.can_upgrade = can_upgrade();
  what.uploading = true;
  what.downloading = downloading_;
  what.has_manifest = ours_.has_manifest;
  return what;
}

std::optional<message> announcer::poll() {
  if (auto run = dropped_.first()) {
    dropped_.erase(*run);
    return range{true, run->start, run->length};
  }
  if (sync_due_) {
    sync_due_ = false;
    return make_sync();
  }
  if (whole_due_ && blocks_.contiguous() > 0) {
    whole_due_ = false;
    whole_told_ = blocks_.contiguous();
    fresh_.erase({0, whole_told_});
    return range{false, 0, whole_told_};
  }
  if (auto news = poll_fresh())
    return news;
  return poll_want();
}

std::optional<message> announcer::poll_fresh() {
  while (auto run = fresh_.first()) {
    fresh_.erase(*run);
    if (!remote_blocks_.contains(*run))
      return range{false, run->start, run->length};
  }
  return std::nullopt;
}

std::optional<message> announcer::poll_want() {
  while (!unanswered_.empty()) {
    auto what = unanswered_.front();
    unanswered_.pop_front();
    if (auto told = answer(what))
      return told;
  }
  return std::nullopt;
}

std::optional<message> announcer::answer(const want& what) const {
  auto contiguous = blocks_.contiguous();
  if (contiguous > 0 &&
      (is_complete() || what.start + what.length < contiguous ||
       (what.any && what.start < contiguous)))
    return range{false, 0, contiguous};
  auto end = std::min(what.start + what.length, ours_.length);
  if (what.any) {
    auto found = blocks_.next_present(what.start);
    if (!found || *found >= end)
      return std::nullopt;
    return range{false, *found, 1};
  }
  auto start = what.start - what.start % 32;
  if (start >= end)
    return std::nullopt;
  return bitfield{start, blocks_.words({start, end - start})};
}

} // namespace hyper::replication
