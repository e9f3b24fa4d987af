#include "base/assert.hpp"
#include "net/replication/downloader.hpp"
#include "net/replication/limits.hpp"

#include <algorithm>
#include <tuple>

// One pass over all peers of a log: who is asked for what. It runs when
// something has changed and fills every window at once.

namespace hyper::replication {

namespace {

// Neighbouring blocks share nodes of the tree, so a peer is asked for a piece
// of the log at a time.
constexpr int chunk = 16;

// Blocks looked at in one pass when few of them can be had, so that a pass
// stays short; the next one goes on from there.
constexpr int looks_max = 1024;

} // namespace

void downloader::pass(const tree_view& tree) {
  ask_head(tree);
  ask_waits(tree);
  if (config_.mode == fetch_mode::linear) {
    ask_linear(tree);
    if (auto block = plan_.next_free(0); block < ours_.length)
      ask_around(block);
  }
  if (sources_.size() > 1)
    ask_late(tree);
}

bool downloader::has_room(const source& who) const {
  return who.in_flight < who.window(config_.in_flight_max);
}

void downloader::ask(source_id peer, source& who, base::proof_request request) {
  request.fork = ours_.fork;
  ++who.in_flight;
  ++counters_.requests;
  auto id = orders_.add(now_, peer, std::move(request));
  out_.push_back({peer, orders_.at(id).request});
}

// -- the head ----------------------------------------------------------------

// At most one upgrade is in flight, over all peers.
void downloader::ask_head(const tree_view& tree) {
  if (auto upgrade = orders_.upgrade()) {
    if (should_wait_for_upgrade())
      return;
    give_up(*orders_.take(orders_.at(*upgrade).peer, *upgrade));
  }
  auto best = best_for_upgrade();
  if (best == sources_.end())
    return ask_manifest();
  ++counters_.upgrades;
  ask_upgrade(best->first, best->second, tree);
}

// Whoever claims a length and then says nothing must not hold up the head,
// if somebody else can give one.
bool downloader::should_wait_for_upgrade() const {
  const auto& one = orders_.at(*orders_.upgrade());
  return one.asked + config_.late_after > now_ ||
         std::ranges::none_of(sources_, [&](const auto& other) {
           return other.first != one.peer && other.second.can_upgrade(ours_);
         });
}

// The one that failed least, then the longest.
downloader::source_map::iterator downloader::best_for_upgrade() {
  auto best = sources_.end();
  auto rank = [](const source& who) {
    return std::tuple{who.head_failures, ~who.length()};
  };
  for (auto one = sources_.begin(); one != sources_.end(); ++one)
    if (one->second.can_upgrade(ours_) && has_room(one->second) &&
        (best == sources_.end() || rank(one->second) < rank(best->second)))
      best = one;
  return best;
}

void downloader::ask_upgrade(source_id peer, source& who,
                             const tree_view& tree) {
  base::proof_request request;
  request.upgrade =
      base::upgrade_target{ours_.length, who.length() - ours_.length};
  request.manifest = !ours_.has_manifest && who.said()->has_manifest;
  if (auto block = first_new_block(who)) {
    plan_.claim(*block);
    request.block = base::proof_target{*block, tree.missing_nodes(*block)};
    request.priority = plan_.is_waited(*block) ? 1 : 0;
  }
  ask(peer, who, std::move(request));
}

// A block beyond our length can only come together with the upgrade.
std::optional<std::uint64_t>
downloader::first_new_block(const source& who) const {
  auto waited = plan_.next_wait(ours_.length);
  if (waited && who.has(*waited))
    return waited;
  auto block = ours_.length;
  if (config_.mode == fetch_mode::linear && config_.block_with_upgrade &&
      plan_.is_free(block) && who.has(block))
    return block;
  return std::nullopt;
}

// A log without blocks has nothing to upgrade to, but its manifest can be
// known in advance.
void downloader::ask_manifest() {
  if (ours_.has_manifest || orders_.manifest_in_flight())
    return;
  auto can_ask = [&](const auto& one) {
    const auto& who = one.second;
    return who.usable(ours_) && who.length() == 0 && who.said()->has_manifest &&
           who.head_failures == 0 && has_room(who);
  };
  auto found = std::ranges::find_if(sources_, can_ask);
  if (found == sources_.end())
    return;
  base::proof_request request;
  request.manifest = true;
  ask(found->first, found->second, std::move(request));
}

// -- blocks ------------------------------------------------------------------

void downloader::ask_block(source_id peer, source& who, std::uint64_t block,
                           const tree_view& tree) {
  HYPER_ASSERT(block < ours_.length && who.has(block));
  if (plan_.is_free(block))
    plan_.claim(block);
  base::proof_request request;
  request.block = base::proof_target{block, tree.missing_nodes(block)};
  request.priority = plan_.is_waited(block) ? 1 : 0;
  ask(peer, who, std::move(request));
}

void downloader::ask_waits(const tree_view& tree) {
  auto start = wait_cursor_;
  auto wrapped = false;
  for (int looks = 0; looks < looks_max; ++looks) {
    auto block = plan_.next_wait(wait_cursor_);
    auto past = !block || *block >= ours_.length;
    if (wrapped && (past || *block >= start))
      return;
    if (past) {
      wrapped = true;
      wait_cursor_ = 0;
      continue;
    }
    wait_cursor_ = *block + 1;
    ask_wait(*block, tree);
  }
  dirty_ = true; // there may be more
}

void downloader::ask_wait(std::uint64_t block, const tree_view& tree) {
  auto best = best_for_block(block);
  if (best == sources_.end())
    ask_around(block);
  else
    ask_block(best->first, best->second, block, tree);
}

// The least busy one, unless it has failed to give the block and another one
// has not.
downloader::source_map::iterator
downloader::best_for_block(std::uint64_t block) {
  auto best = sources_.end();
  for (auto one = sources_.begin(); one != sources_.end(); ++one) {
    const auto& who = one->second;
    if (who.usable(ours_) && who.has(block) && has_room(who) &&
        !orders_.is_asked(one->first, block) &&
        !should_leave(one->first, block) &&
        (best == sources_.end() || who.in_flight < best->second.in_flight))
      best = one;
  }
  return best;
}

bool downloader::should_leave(source_id peer, std::uint64_t block) const {
  if (!plan_.refused(block, peer))
    return false;
  return std::ranges::any_of(sources_, [&](const auto& one) {
    return one.first != peer && one.second.usable(ours_) &&
           one.second.has(block) && !plan_.refused(block, one.first);
  });
}

// All that can be asked, another one first in each pass.
std::vector<downloader::lane> downloader::lanes() {
  std::vector<lane> out;
  for (auto one = sources_.begin(); one != sources_.end(); ++one)
    if (one->second.usable(ours_) && has_room(one->second))
      out.push_back({one, 0});
  auto first = std::ranges::find_if(
      out, [&](const lane& one) { return one.at->first >= first_lane_; });
  std::rotate(out.begin(), first, out.end());
  first_lane_ = out.empty() ? 0 : out.front().at->first + 1;
  return out;
}

void downloader::ask_linear(const tree_view& tree) {
  auto open = lanes();
  while (!open.empty())
    std::erase_if(open, [&](lane& one) { return !take_chunk(one, tree); });
}

// False when the source has no room or nothing more to give.
bool downloader::take_chunk(lane& from, const tree_view& tree) {
  auto& [peer, who] = *from.at;
  for (int taken = 0; taken < chunk; ++taken) {
    if (!has_room(who))
      return false;
    auto block = next_for(from);
    if (!block)
      return false;
    ask_block(peer, who, *block, tree);
    from.next = *block + 1;
  }
  return true;
}

std::optional<std::uint64_t> downloader::next_for(const lane& from) const {
  const auto& [peer, who] = *from.at;
  auto end = std::min(ours_.length, who.length());
  auto at = from.next;
  for (int looks = 0; looks < looks_max; ++looks) {
    auto free = plan_.next_free(at);
    auto had = who.next(free);
    if (!had || *had >= end)
      return std::nullopt;
    if (*had == free && !should_leave(peer, free))
      return free;
    at = *had == free ? free + 1 : *had;
  }
  return std::nullopt;
}

// -- the rest ----------------------------------------------------------------

// A late block is asked for again elsewhere; the first answer wins.
void downloader::ask_late(const tree_view& tree) {
  std::vector<std::uint64_t> late;
  for (const auto& [id, one] : orders_.by_age()) {
    if (one.asked + config_.late_after > now_ || late.size() == looks_max)
      break;
    if (one.request.block && !one.request.upgrade &&
        orders_.asking_for(one.request.block->index).size() < asked_twice_max)
      late.push_back(one.request.block->index);
  }
  for (auto block : late) {
    auto best = best_for_block(block);
    if (best == sources_.end() ||
        2 * best->second.in_flight >= config_.in_flight_max)
      continue;
    ++counters_.hotswaps;
    ask_block(best->first, best->second, block, tree);
  }
}

// Nobody is known to have the block: ask those who have not said.
void downloader::ask_around(std::uint64_t block) {
  auto region = block - block % want_length_max;
  for (auto& [peer, who] : sources_)
    if (who.usable(ours_) && block < who.length() && !who.has(block) &&
        who.want_once(region))
      out_.push_back({peer, want{region, want_length_max, false}});
}

} // namespace hyper::replication
