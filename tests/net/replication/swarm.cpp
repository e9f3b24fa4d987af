#include "tests/net/replication/swarm.hpp"

#include "base/assert.hpp"
#include "store/log/keys.hpp"

#include <algorithm>

namespace hyper::test {

swarm::swarm(base::duration latency)
    : signer_(base::make_key_pair(base::seed{42})),
      who_(log::single_signer_manifest(signer_.pub)), latency_(latency) {}

member& swarm::add(log::state log, std::unique_ptr<kv::store> store,
                   const replication::downloader_config& config) {
  members_.push_back(std::make_unique<member>(members_.size(), std::move(log),
                                              std::move(store), config));
  return *members_.back();
}

member& swarm::writer(std::size_t blocks) {
  auto store = kv::make_memory_store();
  auto log = *log::open_writer(*store, who_);
  auto& one = add(std::move(log), std::move(store), {});
  append(one, blocks);
  return one;
}

member& swarm::reader(const replication::downloader_config& config) {
  auto store = kv::make_memory_store();
  auto log = *log::open_reader(*store, log::log_key(who_));
  return add(std::move(log), std::move(store), config);
}

void swarm::connect(member& one, member& other) {
  one.connect(now, other.name, true);
  other.connect(now, one.name, false);
}

void swarm::disconnect(member& one, member& other) {
  one.disconnect(now, other.name);
  other.disconnect(now, one.name);
  std::erase_if(wire_, [&](const delivery& what) {
    return (what.from == one.name && what.to == other.name) ||
           (what.from == other.name && what.to == one.name);
  });
}

base::bytes swarm::block(std::uint64_t index, const std::string& text) {
  return base::to_bytes("block " + std::to_string(index) + text);
}

void swarm::append(member& to, std::size_t blocks, const std::string& text) {
  std::vector<base::bytes> fresh;
  for (std::size_t i = 0; i < blocks; ++i)
    fresh.push_back(block(to.length() + i, text));
  to.append(now, signer_, fresh);
}

void swarm::truncate(member& what, std::uint64_t length) {
  what.truncate(now, signer_, length);
}

void swarm::fetch(member& by, std::uint64_t block) {
  by.fetch(now, block);
}

void swarm::pump() {
  for (auto& one : members_)
    one->pump(now, [&](member::id to, replication::transmit what) {
      ++sent[what.type];
      wire_.push_back({now + latency_, one->name, to, std::move(what)});
    });
}

std::optional<base::instant> swarm::next() const {
  std::optional<base::instant> at;
  if (!wire_.empty())
    at = wire_.front().at;
  for (const auto& one : members_)
    if (auto due = one->poll_timeout())
      at = at ? std::min(*at, *due) : *due;
  return at;
}

// To the next instant at which anything happens, unless it is past the end.
bool swarm::step(base::instant end) {
  auto at = next();
  if (!at || *at > end)
    return false;
  now = std::max(now, *at);
  while (!wire_.empty() && wire_.front().at <= now) {
    auto what = std::move(wire_.front());
    wire_.pop_front();
    auto done = members_[what.to]->handle_message(
        now, what.from, what.what.type, what.what.payload);
    if (!done)
      disconnect(*members_[what.to], *members_[what.from]);
  }
  for (auto& one : members_)
    if (auto due = one->poll_timeout(); due && *due <= now)
      one->handle_timeout(now);
  pump();
  return true;
}

void swarm::run(base::duration time) {
  auto end = now + time;
  pump();
  while (step(end))
    continue;
  now = end;
}

bool swarm::run_until(const std::function<bool()>& done, base::duration limit) {
  auto end = now + limit;
  pump();
  while (!done())
    if (!step(end))
      return done();
  return true;
}

} // namespace hyper::test
