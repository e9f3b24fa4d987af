#include "net/dht/node_machine.hpp"

#include "base/assert.hpp"

namespace hyper::dht {

namespace {

// The original gives background queries an eighth of the usual places, so that
// they do not hold up the caller's; with nothing else to do they take all.
constexpr std::size_t background_concurrency = 2;
constexpr std::size_t idle_requests_max = 3;

} // namespace

query_id node::machine::search(base::instant now, call what,
                               const query_options& how) {
  upkeep_.note_query();
  auto id = start(now, std::move(what), how, query_owner::caller);
  settle(now);
  return id;
}

query_id node::machine::start(base::instant now, call what,
                              const query_options& how, query_owner owner) {
  HYPER_ASSERT(what.target.has_value());
  auto id = query_id{++last_query_};
  ++stats_.queries;
  if (queries_.size() >= queries_max && owner == query_owner::caller) {
    emit(query_done{id, {}, 0, 0});
    return id;
  }
  query search{*what.target, contacts_.own(), how};
  fill(search);
  auto place =
      queries_
          .emplace(id, running_query{std::move(search), std::move(what),
                                     how.retries, owner})
          .first;
  advance(now, place);
  return id;
}

void node::machine::start_background(base::instant now, const node_id& target,
                                     query_owner owner) {
  upkeep_.note_query();
  query_options how;
  how.concurrency = background_concurrency;
  start(now, {internal::find_node, target, {}, std::nullopt}, how, owner);
}

bool node::machine::background_running() const {
  for (const auto& [id, running] : queries_)
    if (running.owner != query_owner::caller)
      return true;
  return false;
}

void node::machine::fill(query& search) const {
  if (auto room = search.room(); room > 0)
    for (const auto& node : contacts_.closest(search.target(), room))
      search.add_start(node);
  if (search.room() > 0)
    for (const auto& node : bootstrap_)
      search.add_start(node);
}

// Sends what the query has to send; the query may be gone afterwards.
void node::machine::advance(base::instant now, query_map::iterator place) {
  auto& [id, running] = *place;
  auto& search = running.search;
  while (auto to = search.next_visit())
    send(now, *to, running.what, for_query{id}, {.retries = running.retries});
  while (auto hint = search.poll_hint())
    send_hint(now, *hint);
  if (search.wants_table()) {
    fill(search);
    return advance(now, place);
  }
  if (search.done())
    finish(now, place);
}

void node::machine::finish(base::instant now, query_map::iterator place) {
  auto id = place->first;
  auto owner = place->second.owner;
  auto search = std::move(place->second.search);
  requests_.cancel(id);
  queries_.erase(place);
  stats_.bogus_nodes += search.bogus_nodes();
  switch (owner) {
  case query_owner::caller:
    emit(query_done{id, search.closest(), search.replies(), search.errors()});
    return;
  case query_owner::bootstrap:
    return end_bootstrap_query(now, search.answered());
  case query_owner::refresh:
    if (!search.answered() && contacts_.empty() && !bootstrap_.empty() &&
        contact_ == contact_state::settled)
      lose_contact(now);
    return;
  }
}

void node::machine::handle_query_answer(base::instant now, socket via,
                                        query_id id, const base::endpoint& from,
                                        response&& what) {
  auto place = queries_.find(id);
  if (place == queries_.end())
    return;
  auto& running = place->second;
  running.search.handle_answer(from, what);
  auto good = what.error == 0;
  if (good && running.owner == query_owner::caller)
    emit(query_reply{id, from, what.id, what.token, what.to, via,
                     std::move(what.value)});
  if (running.owner != query_owner::caller)
    running.search.set_concurrency(requests_.size() < idle_requests_max
                                       ? query_concurrency
                                       : background_concurrency);
  if (good && running.owner == query_owner::bootstrap)
    handle_bootstrap_reply(now, from);
  advance(now, place);
}

void node::machine::send_hint(base::instant now, const query::hint& what) {
  if (hints_left_ == 0)
    return;
  --hints_left_;
  base::writer value;
  value.ipv4_address(what.down);
  send(now, what.to, {internal::down_hint, {}, value.release(), {}},
       for_nobody{});
}

void node::machine::cancel(query_id which) {
  auto place = queries_.find(which);
  if (place == queries_.end() || place->second.owner != query_owner::caller)
    return;
  requests_.cancel(which);
  queries_.erase(place);
}

} // namespace hyper::dht
