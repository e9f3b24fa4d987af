#include "net/dht/node_machine.hpp"

#include "base/assert.hpp"
#include "net/dht/addresses.hpp"

#include <algorithm>

// Who is listed, and whether they are still there.

namespace hyper::dht {

void node::machine::hear(base::instant now, const base::endpoint& from,
                         const std::optional<node_id>& id,
                         const base::endpoint& seen_as, bool external) {
  if (is_retired(from))
    return;
  if (!id) {
    auto limit = std::max<std::size_t>(1, bootstrap_.size());
    if (self_.note_from_stranger(from, seen_as, limit))
      emit(changed{change::address});
    return;
  }
  auto* node = contacts_.find(*id);
  if (node == nullptr)
    return admit(now, from, *id, seen_as);
  auto tick = upkeep_.current();
  auto due = !node->sampled || tick - *node->sampled >= old_ticks;
  if (due && !external)
    note_sample(*node, seen_as);
  contacts_.refresh(tick, *node);
}

void node::machine::admit(base::instant now, const base::endpoint& from,
                          const node_id& id, const base::endpoint& seen_as) {
  if (id == contacts_.own())
    return;
  auto* node = contacts_.add(upkeep_.current(), id, from);
  if (node == nullptr)
    return make_room(now, id, from, seen_as);
  note_sample(*node, seen_as);
  if (contact_ == contact_state::lost)
    regain_contact(now);
}

void node::machine::note_sample(contact& node, const base::endpoint& seen_as) {
  node.sampled = upkeep_.current();
  if (self_.note(seen_as))
    emit(changed{change::address});
}

void node::machine::check(base::instant now, contact& node) {
  node.pinged = upkeep_.current();
  ++checks_;
  send(now, node.address, {internal::ping, {}, {}, {}},
       for_liveness{node.id, node.seen});
}

// The check has been answered; an answer without a valid id is no sign of life
// of the listed node.
void node::machine::finish_check(base::instant now, const for_liveness& what) {
  HYPER_ASSERT(checks_ > 0);
  --checks_;
  auto* node = contacts_.find(what.node);
  if (node != nullptr && node->seen <= what.last_seen)
    drop(now, what.node);
}

void node::machine::make_room(base::instant now, const node_id& newcomer,
                              const base::endpoint& address,
                              const base::endpoint& seen_as) {
  if (!bootstrapped_ || room_checks_ >= room_checks_max)
    return;
  auto tick = upkeep_.current();
  auto* rival = contacts_.rival_of(tick, newcomer);
  if (rival == nullptr)
    return;
  rival->pinged = tick;
  ++room_checks_;
  send(now, rival->address, {internal::ping, {}, {}, {}},
       for_room{rival->id, rival->seen, newcomer, address, seen_as});
}

void node::machine::finish_room_check(base::instant now, const for_room& what) {
  HYPER_ASSERT(room_checks_ > 0);
  --room_checks_;
  auto* rival = contacts_.find(what.rival);
  if (rival != nullptr && rival->seen > what.last_seen)
    return;
  contacts_.remove(what.rival);
  if (contacts_.find(what.newcomer) == nullptr)
    admit(now, what.newcomer_address, what.newcomer, what.newcomer_sees);
}

void node::machine::drop(base::instant now, const node_id& id) {
  contacts_.remove(id);
  if (contacts_.empty() && !bootstrap_.empty())
    refresh(now);
}

// A node has not answered any of the usual number of tries.
void node::machine::note_silence(base::instant now, const base::endpoint& of) {
  auto id = id_of(of);
  auto is_bootstrap =
      std::find(bootstrap_.begin(), bootstrap_.end(), of) != bootstrap_.end();
  if (contacts_.find(id) != nullptr)
    drop(now, id);
  else if (is_bootstrap && contacts_.empty())
    refresh(now);
}

void node::machine::ping_some(base::instant now) {
  const auto* oldest = contacts_.oldest();
  if (oldest == nullptr)
    return refresh(now);
  auto tick = upkeep_.current();
  std::size_t count = requests_.size() > 2 ? 3 : 5;
  if (tick - oldest->pinged < recent_ticks)
    count = 2;
  for (auto* node : contacts_.stalest(tick, count))
    check(now, *node);
}

// Asks around for some place in the id space, to meet new nodes. While contact
// is lost the bootstrap nodes are tried anyway.
void node::machine::refresh(base::instant now) {
  if (contact_ != contact_state::settled || background_running())
    return;
  auto target = contacts_.empty() ? contacts_.own() : contacts_.random(chance_);
  start_background(now, target, query_owner::refresh);
}

} // namespace hyper::dht
