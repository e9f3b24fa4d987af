#include "actors/replica.hpp"

#include "base/mutant.hpp"
#include "store/log/layout.hpp"
#include "store/log/verify.hpp"
#include "store/registry/replica.hpp"

#include <algorithm>
#include <utility>

namespace hyper::actors {

namespace {

replication::head to_wire(const log::state& log) {
  return {log.current.fork, log.current.length(), log.who.has_value()};
}

replication::block_set stored_blocks(const log::state& log) {
  replication::block_set out;
  for (const auto& [first, end] : log.blocks.runs())
    out.insert({first, end - first});
  return out;
}

std::size_t size_of(const kv::batch& writes) {
  std::size_t total = 0;
  for (const auto& one : writes)
    total += one.key.size() + (one.value ? one.value->size() : 0);
  return total;
}

// What the fault deserves, from the download's point of view.
replication::rejection rejection_of(log::fault why) {
  switch (why) {
  case log::fault::misplaced_node:
    return replication::rejection::misplaced;
  case log::fault::wrong_hash:
  case log::fault::wrong_manifest:
  case log::fault::wrong_signature:
    return replication::rejection::wrong;
  case log::fault::unasked:
  case log::fault::other_fork:
  case log::fault::higher_fork:
  case log::fault::stale:
    break;
  }
  return replication::rejection::useless;
}

} // namespace

// What the download asks about our tree.
class replica::tree final : public replication::tree_view {
public:
  explicit tree(const replica& owner) : owner_(owner) {}

  std::uint64_t missing_nodes(std::uint64_t block) const override {
    auto nodes = log::missing_nodes(
        *owner_.draft_, owner_.config_.log.current.length(), 2 * block);
    return nodes ? *nodes : 0;
  }

private:
  const replica& owner_;
};

replica::replica(handle::pointer self, replica_config how, index_handle index)
    : self_(self), config_(std::move(how)), index_(std::move(index)),
      downloader_({}, to_wire(config_.log), stored_blocks(config_.log)) {}

replica::handle::behavior_type replica::make_behavior() {
  renew_snapshot();
  if (config_.log.frozen)
    downloader_.freeze(now_of(self_));
  commit(); // names of blocks that an earlier run has stored
  return {
      [this](const replication_opened& who) {
        if (downloader_.peer_opened(now_of(self_), who.peer))
          peers_[who.peer] = who.to;
        drain();
      },
      [this](const replication_news& news) { hear(news); },
      [this](const peer_gone& who) {
        watch();
        if (peers_.erase(who.peer) > 0)
          downloader_.peer_closed(now_of(self_), who.peer);
        drain();
      },
      [this](const committed& what) { finish(what); },
      [this](const tick& what) {
        if (timer_.take(what))
          downloader_.handle_timeout(now_of(self_));
        drain();
      },
      [this](const shut_down&) {
        watch();
        stopping_ = true;
        note_due_ = {};
        note_compared();
        if (!committing_)
          self_->quit();
      },
  };
}

void replica::renew_snapshot() {
  auto snapshot = config_.store->read();
  if (!snapshot)
    return fail(snapshot.failure());
  draft_.reset();
  stored_ = std::move(snapshot).value();
  draft_ = std::make_unique<kv::overlay>(*stored_);
  draft_->apply(pending_);
}

void replica::hear(const replication_news& news) {
  if (!peers_.contains(news.peer) || stopping_)
    return;
  watch();
  for (auto& event : *news.events)
    take(news.peer, event);
  commit();
  drain();
}

void replica::take(peer_id peer, replication::event& event) {
  auto now = now_of(self_);
  if (auto* in = std::get_if<replication::received>(&event))
    check(peer, *in);
  else if (auto* none = std::get_if<replication::denied>(&event))
    downloader_.handle_denied(now, peer, none->asked.id, none->reason);
  else if (auto* state = std::get_if<replication::sync>(&event))
    downloader_.handle_sync(now, peer, *state);
  else if (auto* blocks = std::get_if<replication::range>(&event))
    downloader_.handle_range(now, peer, *blocks);
  else if (auto* bits = std::get_if<replication::bitfield>(&event))
    downloader_.handle_bitfield(now, peer, *bits);
}

void replica::check(peer_id peer, const replication::received& in) {
  const auto& log = config_.log;
  auto verdict =
      log::verify(*draft_, {log.key, log.who, log.current}, in.asked, in.proof);
  if (!verdict)
    return fail(verdict.failure());
  if (auto* good = std::get_if<log::verified>(&*verdict))
    keep(peer, in, *good);
  else if (auto* bad = std::get_if<log::rejected>(&*verdict))
    reject(peer, in, *bad);
  else
    freeze(std::get<log::conflict>(*verdict));
}

void replica::keep(peer_id peer, const replication::received& in,
                   log::verified& good) {
  auto& log = config_.log;
  if (good.next)
    log.current = std::move(*good.next);
  if (good.who)
    log.who = std::move(*good.who);
  replication::block_range stored;
  if (good.block) {
    log.blocks.insert(*good.block);
    stored = {*good.block, 1};
  }
  add(std::move(good.writes));
  downloader_.verified(now_of(self_), peer, in.asked.id, to_wire(log), stored);
}

void replica::reject(peer_id peer, const replication::received& in,
                     const log::rejected& bad) {
  auto why = rejection_of(bad.why);
  if (why != replication::rejection::useless)
    trace_note("wrong_proof", in.asked.id);
  downloader_.rejected(now_of(self_), peer, in.asked.id, why);
}

void replica::add(kv::batch&& writes) {
  draft_->apply(writes);
  pending_bytes_ += size_of(writes);
  pending_.insert(pending_.end(), std::make_move_iterator(writes.begin()),
                  std::make_move_iterator(writes.end()));
}

// Nothing is ever added to a log with two histories.
void replica::freeze(log::conflict& proof) {
  config_.log.frozen = true;
  downloader_.freeze(now_of(self_));
  add(std::move(proof.writes));
}

void replica::drain() {
  send_orders();
  while (auto event = downloader_.poll_event())
    if (auto* bad = std::get_if<replication::source_failed>(&*event))
      if (auto found = peers_.find(bad->peer); found != peers_.end())
        self_->send(found->second, hang_up{"sends wrong proofs"});
  tell_progress();
  watch();
  note_compared();
  auto due = downloader_.poll_timeout();
  if (is_current())
    due = std::min(due.value_or(note_due_), note_due_);
  timer_.arm(self_, due);
}

// By what is stored, like the index.
bool replica::is_current() const {
  auto stored = config_.log.blocks.contiguous();
  return told_.heard && stored > 0 && stored >= told_.claimed && !committing_ &&
         pending_.empty();
}

// At the begin and the end of what may change it.
void replica::watch() {
  if (!is_current())
    return;
  auto now = now_of(self_);
  if (!last_current_)
    note_due_ = now + compared_pause;
  last_current_ = now;
}

// What an offline copy knows of its age outlives the process. A short run
// stores it once, at its end.
void replica::note_compared() {
  if (!last_current_ || *last_current_ < note_due_)
    return;
  note_due_ = *last_current_ + compared_pause;
  auto since_1970 = last_current_->time_since_epoch() + config_.to_1970;
  add({log::compared_record(static_cast<std::uint64_t>(since_1970.count()))});
  commit();
}

void replica::send_orders() {
  if (stopping_ || pending_bytes_ >= pending_bytes_max)
    return;
  tree known{*this};
  std::map<peer_id, fetch> orders;
  while (auto order = downloader_.poll_transmit(known))
    orders[order->peer].orders.push_back(*order);
  for (auto& [peer, what] : orders)
    if (auto found = peers_.find(peer); found != peers_.end())
      self_->send(found->second, std::move(what));
}

// Gives to the disk what was verified, with the names that it changes.
void replica::commit() {
  if (committing_)
    return;
  auto until = base::mutant("names_before_blocks")
                   ? config_.log.current.length()
                   : config_.log.blocks.contiguous();
  auto names = registry::catch_up(*draft_, until);
  if (!names)
    return fail(names.failure());
  add(std::move(names->writes));
  if (pending_.empty())
    return;
  committing_ = true;
  pending_bytes_ = 0;
  begun_ = now_of(self_);
  config_.disk->commit(++ticket_, std::exchange(pending_, {}), self_);
}

void replica::finish(const committed& what) {
  if (!committing_ || what.ticket != ticket_)
    return;
  committing_ = false;
  trace_note("commit_us", microseconds_since(self_, begun_));
  if (!what.outcome)
    return fail(what.outcome.failure());
  renew_snapshot();
  tell_index();
  commit();
  if (stopping_ && !committing_)
    return self_->quit();
  drain();
}

void replica::tell_index() {
  const auto& log = config_.log;
  self_->send(index_, log_grown{{log.current, log.who.has_value(),
                                 log.blocks.contiguous()}});
}

void replica::tell_progress() {
  sync_progress now{downloader_.claimed_length(), downloader_.all_synced()};
  if (now.claimed == told_.claimed && now.heard == told_.heard)
    return;
  told_ = now;
  self_->send(index_, now);
}

// The store does not take or give what it should: what was verified in memory
// can no longer be trusted to be there. The process ends and says why.
void replica::fail(const base::error& why) {
  self_->quit(caf::make_error(caf::sec::runtime_error, why.message));
}

} // namespace hyper::actors
