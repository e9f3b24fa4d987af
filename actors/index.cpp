#include "actors/index.hpp"

#include "base/mutant.hpp"

#include <algorithm>
#include <utility>

namespace hyper::actors {

index::index(handle::pointer self, index_config how)
    : self_(self), config_(std::move(how)), log_(config_.log),
      announced_(config_.log), last_current_(config_.compared),
      ever_current_(config_.is_source) {
  // A clock may have been set back.
  if (last_current_)
    last_current_ = std::min(*last_current_, now_of(self_));
}

// Nobody waits for ever.
index::~index() {
  for (auto& one : waits_)
    one.promise.deliver(waited{});
}

index::handle::behavior_type index::make_behavior() {
  return {
      [this](const log_grown& what) { grow(what); },
      [this](const announce_length& what) { announce_up_to(what.length); },
      [this](const sync_progress& what) { note_progress(what); },
      [this](const subscribe& who) {
        peers_[who.peer] = who.to;
        self_->send(who.to, announced_);
      },
      [this](const peer_gone& who) { peers_.erase(who.peer); },
      [this](const proofs_wanted& what) { make_proofs(what); },
      [this](const tick& what) {
        timer_.take(what);
        wake();
      },
      [this](const lookup_name& query) { return find(query); },
      [this](const list_names& query) { return list(query); },
      [this](const name_history& query) { return history(query); },
      [this](const changes_since& query) { return changes(query); },
      [this](const names_of_key& query) { return owned(query); },
      [this](const index_query&) { return status(); },
      [this](const wait_until_current& what) {
        return wait_for([this] { return how_new().current; }, what.timeout);
      },
      [this](const wait_for_change& what) {
        auto wanted = what;
        if (base::mutant("length_after_reply"))
          wanted.from = shown_length();
        return wait_for([this, wanted] { return has_happened(wanted); },
                        what.timeout);
      },
      [this](const wait_for_length& what) {
        return wait_for(
            [this, what] { return shown_length() > what.longer_than; },
            what.timeout);
      },
      [this](const shut_down&) { self_->quit(); },
  };
}

void index::grow(const log_grown& what) {
  log_ = what.now;
  if (!base::mutant("stale_snapshot") || log_.head.length() % 3 == 0)
    snapshot_.reset();
  if (what.announce) {
    unannounced_.clear();
    announced_ = log_;
    tell_peers();
  } else {
    unannounced_.push_back(log_.head);
  }
  update_freshness();
  wake();
}

// Only signed lengths can be told: the greatest of them that is allowed.
void index::announce_up_to(std::uint64_t length) {
  auto grown = false;
  while (!unannounced_.empty() && unannounced_.front().length() <= length) {
    announced_.head = std::move(unannounced_.front());
    unannounced_.pop_front();
    grown = true;
  }
  if (!grown)
    return;
  announced_.manifest = log_.manifest;
  announced_.contiguous = std::min(log_.contiguous, announced_.head.length());
  tell_peers();
}

void index::tell_peers() {
  for (const auto& [id, peer] : peers_)
    self_->send(peer, announced_);
}

void index::note_progress(const sync_progress& what) {
  update_freshness(); // until now it was
  progress_ = what;
  update_freshness();
  wake();
}

void index::update_freshness() {
  if (!how_new().current)
    return;
  last_current_ = now_of(self_);
  ever_current_ = true;
}

// Proofs are made as of what is announced, whatever is stored already.
void index::make_proofs(const proofs_wanted& what) {
  auto made = std::make_shared<std::vector<proof_made>>();
  const auto& from = snapshot();
  for (const auto& request : what.requests) {
    proof_made one{request.id, log::refusal::not_available};
    if (from) {
      auto answer = log::make_proof(**from, announced_.head, request);
      if (answer)
        one.outcome = std::move(answer).value();
    }
    made->push_back(std::move(one));
  }
  self_->send(what.from, proofs_made{std::move(made)});
}

name_found index::find(const lookup_name& query) {
  const auto& from = snapshot();
  if (!from)
    return {from.failure(), how_new()};
  registry::view view{**from};
  return {query.at ? view.lookup_at(query.name, *query.at)
                   : view.lookup(query.name),
          how_new()};
}

names_listed index::list(const list_names& query) {
  const auto& from = snapshot();
  if (!from)
    return {from.failure(), how_new()};
  std::vector<name_entry> out;
  auto done = registry::view{**from}.list(
      query.options, [&out](const registry::listed& one) {
        out.push_back({std::string{one.name}, one.of});
        return out.size() < answer_entries_max;
      });
  if (!done)
    return {done.failure(), how_new()};
  return {std::move(out), how_new()};
}

history_told index::history(const name_history& query) {
  const auto& from = snapshot();
  if (!from)
    return {from.failure(), how_new()};
  registry::view view{**from};
  std::vector<registry::event> out;
  auto done = view.history(query.name, query.options,
                           [&out](const registry::event& one) {
                             out.push_back(one);
                             return out.size() < answer_entries_max;
                           });
  bool known = !out.empty();
  if (done && !known)
    done = view.history(query.name, {}, [&known](const registry::event&) {
      known = true;
      return false;
    });
  if (!done)
    return {done.failure(), how_new()};
  return {std::move(out), how_new(), known};
}

history_told index::changes(const changes_since& query) {
  const auto& from = snapshot();
  if (!from)
    return {from.failure(), how_new()};
  std::vector<registry::event> out;
  auto done = registry::view{**from}.history_all(
      query.from, [&out, &query](const registry::event& one) {
        out.push_back(one);
        return out.size() < query.limit;
      });
  if (!done)
    return {done.failure(), how_new()};
  return {std::move(out), how_new()};
}

names_listed index::owned(const names_of_key& query) {
  const auto& from = snapshot();
  if (!from)
    return {from.failure(), how_new()};
  std::vector<name_entry> out;
  auto done = registry::view{**from}.names_of(
      query.key, query.options, [&out](const registry::listed& one) {
        out.push_back({std::string{one.name}, one.of});
        return out.size() < answer_entries_max;
      });
  if (!done)
    return {done.failure(), how_new()};
  return {std::move(out), how_new()};
}

index_status index::status() {
  index_status out;
  out.how_new = how_new();
  out.claimed = std::max(progress_.claimed, out.how_new.length);
  out.bytes = log_.head.byte_length();
  out.peers = peers_.size();
  const auto& from = snapshot();
  if (!from) {
    out.problem = from.failure().message;
    return out;
  }
  if (auto state = registry::view{**from}.now())
    out.names = state->names;
  else
    out.problem = state.failure().message;
  return out;
}

caf::result<waited> index::wait_for(condition over, base::duration timeout) {
  auto promise = self_->make_response_promise<waited>();
  if (!base::mutant("lost_wakeup") && over())
    return promise.deliver(waited{true, how_new()});
  if (waits_.size() >= waits_max || timeout <= base::duration{})
    return promise.deliver(waited{false, how_new()});
  auto deadline = now_of(self_) + timeout;
  waits_.push_back({std::move(over), deadline, promise});
  timer_.arm(self_, deadline);
  return promise;
}

bool index::has_happened(const wait_for_change& what) {
  const auto& from = snapshot();
  if (!from)
    return false;
  auto done = registry::view{**from}.has_change(what.name, what.by, what.what,
                                                what.from);
  return done && *done;
}

// Every wait is looked at after every change: none is forgotten.
void index::wake() {
  auto now = now_of(self_);
  for (auto at = waits_.begin(); at != waits_.end();) {
    auto over = at->over();
    if (over || at->deadline <= now) {
      at->promise.deliver(waited{over, how_new()});
      at = waits_.erase(at);
    } else {
      timer_.arm(self_, at->deadline);
      ++at;
    }
  }
}

const base::result<std::unique_ptr<kv::snapshot>>& index::snapshot() {
  if (!snapshot_)
    snapshot_.emplace(config_.store->read());
  return *snapshot_;
}

std::uint64_t index::shown_length() {
  const auto& from = snapshot();
  if (!from)
    return 0;
  auto state = registry::view{**from}.now();
  return state ? state->applied : 0;
}

freshness index::how_new() {
  freshness out;
  out.length = shown_length();
  out.current =
      config_.is_source ||
      (progress_.heard && out.length >= progress_.claimed && out.length > 0);
  out.ever = ever_current_ || out.current;
  if (out.current)
    out.age = base::duration{};
  else if (last_current_)
    out.age = now_of(self_) - *last_current_;
  return out;
}

} // namespace hyper::actors
