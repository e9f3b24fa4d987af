#include "net/swarm/dialer.hpp"

#include "base/assert.hpp"

#include <array>
#include <tuple>

namespace hyper::swarm {

dialer::dialer(const base::public_key& own, base::entropy& chance)
    : own_(own), chance_(chance) {}

void dialer::found(base::instant, const base::public_key& key,
                   dht::address_list relays) {
  auto* who = admit(key);
  if (who == nullptr || who->state == state::banned)
    return;
  who->relays = std::move(relays);
  if (who->state == state::dialing || who->state == state::connected ||
      who->state == state::queued)
    return;
  note_found(who->history, who->we_dialed);
  if (who->state == state::idle || who->history.attempts == 0)
    queue(*who);
}

void dialer::want(base::instant, const base::public_key& key,
                  dht::address_list relays) {
  auto* who = admit(key);
  if (who == nullptr || who->state == state::banned)
    return;
  if (!who->history.is_explicit)
    ++explicit_;
  who->history.is_explicit = true;
  if (!relays.empty())
    who->relays = std::move(relays);
  if (who->state == state::idle || who->state == state::resting)
    queue(*who);
  HYPER_ASSERT(explicit_ <= peers_.size());
}

void dialer::unwant(const base::public_key& key) {
  auto found = peers_.find(key);
  if (found == peers_.end() || !found->second.history.is_explicit)
    return;
  HYPER_ASSERT(explicit_ > 0);
  --explicit_;
  found->second.history.is_explicit = false;
}

void dialer::ban(const base::public_key& key) {
  if (auto* who = admit(key))
    enter(*who, state::banned);
}

bool dialer::is_banned(const base::public_key& key) const {
  auto found = peers_.find(key);
  return key == own_ ||
         (found != peers_.end() && found->second.state == state::banned);
}

void dialer::opened(base::instant now, const base::public_key& key) {
  auto found = peers_.find(key);
  if (found == peers_.end() || found->second.state == state::banned)
    return;
  found->second.we_dialed = true;
  note_opened(found->second.history);
  found->second.due = now;
  enter(found->second, state::connected);
}

void dialer::failed(base::instant now, const base::public_key& key) {
  auto found = peers_.find(key);
  if (found == peers_.end() || found->second.state != state::dialing)
    return;
  note_failed_dial(found->second.history);
  rest(now, found->second);
}

void dialer::accepted(base::instant now, const base::public_key& key) {
  auto* who = admit(key);
  if (who == nullptr || who->state == state::banned)
    return;
  who->we_dialed = false;
  who->due = now;
  enter(*who, state::connected);
}

void dialer::closed(base::instant now, const base::public_key& key) {
  auto found = peers_.find(key);
  if (found == peers_.end() || found->second.state != state::connected)
    return;
  auto& who = found->second;
  if (!who.we_dialed && !who.history.is_explicit)
    return enter(who, state::idle);
  note_closed(who.history, now - who.due);
  rest(now, who);
}

void dialer::handle_timeout(base::instant now) {
  for (auto& [key, who] : peers_)
    if (who.state == state::resting && who.due <= now)
      queue(who);
}

std::optional<base::instant> dialer::poll_timeout() const {
  std::optional<base::instant> next;
  for (const auto& [key, who] : peers_)
    if (who.state == state::resting && (!next || who.due < *next))
      next = who.due;
  return next;
}

std::optional<dial> dialer::poll_dial() {
  auto best = peers_.end();
  for (auto i = peers_.begin(); i != peers_.end(); ++i)
    if (i->second.state == state::queued && has_room(i->second) &&
        (best == peers_.end() || comes_before(i->second, best->second)))
      best = i;
  if (best == peers_.end())
    return std::nullopt;
  HYPER_ASSERT(best->second.state == state::queued && best->first != own_);
  enter(best->second, state::dialing);
  HYPER_ASSERT(dialing_ <= dials_max);
  return dial{best->first, best->second.relays};
}

/// The entry of the key, made if need be. None: ourselves, or no room.
dialer::peer* dialer::admit(const base::public_key& key) {
  if (key == own_)
    return nullptr;
  auto found = peers_.find(key);
  if (found != peers_.end())
    return &found->second;
  if (peers_.size() == known_peers_max && !evict_one())
    return nullptr;
  auto& made = peers_[key];
  made.lot = chance_.u32();
  return &made;
}

/// Makes room by forgetting the peer that has disappointed most.
bool dialer::evict_one() {
  auto worst = peers_.end();
  for (auto i = peers_.begin(); i != peers_.end(); ++i) {
    const auto& who = i->second;
    auto idle = who.state == state::idle || who.state == state::resting ||
                who.state == state::queued;
    if (idle && !who.history.is_explicit &&
        (worst == peers_.end() || comes_before(worst->second, who)))
      worst = i;
  }
  if (worst == peers_.end())
    return false;
  peers_.erase(worst);
  return true;
}

void dialer::queue(peer& who) {
  enter(who, may_queue(who.history) ? state::queued : state::idle);
}

void dialer::rest(base::instant now, peer& who) {
  HYPER_ASSERT(who.history.attempts > 0);
  auto kind = next_pause(who.history);
  if (!kind)
    return enter(who, state::idle);
  enter(who, state::resting);
  who.due = now + length_of(*kind);
}

void dialer::enter(peer& who, state next) {
  HYPER_ASSERT(who.state != state::dialing || dialing_ > 0);
  HYPER_ASSERT(who.state != state::connected || connected_ > 0);
  if (who.state == state::dialing)
    --dialing_;
  if (who.state == state::connected)
    --connected_;
  who.state = next;
  if (next == state::dialing)
    ++dialing_;
  if (next == state::connected)
    ++connected_;
}

bool dialer::has_room(const peer& who) const {
  if (dialing_ >= dials_max)
    return false;
  return who.history.is_explicit || may_dial(explicit_, connected_ + dialing_);
}

/// Explicit peers first, then those that have been connected before, then those
/// with fewer failures: a dead record must not stand before a live one.
bool dialer::comes_before(const peer& left, const peer& right) {
  auto rank = [](const peer& who) {
    return std::tuple{!who.history.is_explicit, !who.history.proven,
                      who.history.attempts, who.lot};
  };
  return rank(left) < rank(right);
}

/// With chance in it, so that peers which lost each other at the same moment
/// don't dial each other at the same moment.
base::duration dialer::length_of(pause kind) {
  struct range {
    unsigned min, spread; // milliseconds
  };
  static constexpr std::array lengths{range{1000, 1000}, range{5000, 1500},
                                      range{15000, 2500},
                                      range{600000, 120000}};
  auto [min, spread] = lengths[static_cast<std::size_t>(kind)];
  return base::milliseconds{min + chance_.below(spread + 1)};
}

void dialer::check_invariant() const {
  std::size_t dialing = 0;
  std::size_t connected = 0;
  std::size_t wanted = 0;
  for (const auto& [key, who] : peers_) {
    HYPER_ASSERT(key != own_);
    dialing += who.state == state::dialing ? 1 : 0;
    connected += who.state == state::connected ? 1 : 0;
    wanted += who.history.is_explicit ? 1 : 0;
  }
  HYPER_ASSERT(dialing == dialing_ && dialing <= dials_max);
  HYPER_ASSERT(connected == connected_);
  HYPER_ASSERT(wanted == explicit_);
  HYPER_ASSERT(peers_.size() <= known_peers_max);
}

} // namespace hyper::swarm
