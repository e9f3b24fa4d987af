#include "tests/net/replication/member.hpp"

#include "base/assert.hpp"
#include "store/log/layout.hpp"
#include "store/log/proofs.hpp"

namespace hyper::test {

namespace {

using replication::block_range;

replication::head head_of(const log::state& log) {
  return {log.current.fork, log.current.length(), log.who.has_value()};
}

replication::block_set blocks_of(const log::state& log) {
  replication::block_set blocks;
  for (auto [first, end] : log.blocks.runs())
    blocks.insert({first, end - first});
  return blocks;
}

replication::rejection rejection_of(log::fault why) {
  switch (why) {
  case log::fault::misplaced_node:
    return replication::rejection::misplaced;
  case log::fault::wrong_hash:
  case log::fault::wrong_manifest:
  case log::fault::wrong_signature:
    return replication::rejection::wrong;
  default:
    return replication::rejection::useless;
  }
}

} // namespace

member::member(id n, log::state state, std::unique_ptr<kv::store> store,
               const replication::downloader_config& config)
    : name(n), log(std::move(state)),
      downloads(config, head_of(log), blocks_of(log)),
      store_(std::move(store)) {}

replication::head member::announced() const {
  return head_of(log);
}

void member::open(base::instant, id other,
                  const replication::channel_config& config) {
  channels_[other] = std::make_unique<replication::channel>(
      config, head_of(log), blocks_of(log));
}

base::status member::handle_open(base::instant now, id other,
                                 base::bytes_view handshake) {
  auto done = channels_.at(other)->handle_open(now, handshake);
  if (!done) {
    channels_.erase(other);
    return done;
  }
  HYPER_ASSERT(downloads.peer_opened(now, other));
  return done;
}

void member::connect(base::instant now, id other, bool initiator) {
  using replication::stream_role;
  auto ours = initiator ? stream_role::initiator : stream_role::responder;
  auto theirs = initiator ? stream_role::responder : stream_role::initiator;
  base::hash64 hash{static_cast<std::uint8_t>(std::min(name, other)),
                    static_cast<std::uint8_t>(std::max(name, other))};
  open(now, other, {log.key, hash, ours, true});
  auto done =
      handle_open(now, other,
                  encode(replication::handshake{
                      true, replication::capability(theirs, hash, log.key)}));
  HYPER_ASSERT(done.ok());
}

void member::disconnect(base::instant now, id other) {
  if (channels_.erase(other) > 0)
    downloads.peer_closed(now, other);
}

void member::announce(base::instant now, block_range blocks) {
  for (auto& [other, one] : channels_)
    one->announce(now, head_of(log), blocks);
}

void member::append(base::instant now, const base::key_pair& signer,
                    const std::vector<base::bytes>& blocks) {
  auto change = log::append({log.key, *log.who}, log.current, blocks, signer);
  HYPER_ASSERT(change.ok() && store_->commit(change->writes).ok());
  block_range fresh{length(), blocks.size()};
  log.current = change->next;
  log.blocks.insert(fresh.start, fresh.end());
  downloads.update(now, head_of(log), fresh);
  announce(now, fresh);
}

void member::truncate(base::instant now, const base::key_pair& signer,
                      std::uint64_t length) {
  auto snapshot = *store_->read();
  auto change = log::truncate(*snapshot, {log.key, *log.who}, log.current,
                              length, signer);
  HYPER_ASSERT(change.ok() && store_->commit(change->writes).ok());
  log.current = change->next;
  log.blocks.truncate(length);
  downloads.update(now, head_of(log), {});
  announce(now, {});
}

void member::fetch(base::instant now, std::uint64_t block) {
  HYPER_ASSERT(downloads.fetch(now, block));
}

base::status member::handle_message(base::instant now, id from,
                                    std::uint64_t type,
                                    base::bytes_view payload) {
  auto found = channels_.find(from);
  if (found == channels_.end())
    return base::unit{};
  auto done = found->second->handle_message(now, type, payload);
  if (!done)
    disconnect(now, from);
  return done;
}

void member::handle_timeout(base::instant now) {
  for (auto& [other, one] : channels_)
    one->handle_timeout(now);
  downloads.handle_timeout(now);
}

std::optional<base::instant> member::poll_timeout() const {
  auto next = downloads.poll_timeout();
  for (const auto& [other, one] : channels_)
    if (auto at = one->poll_timeout())
      next = next ? std::min(*next, *at) : *at;
  return next;
}

void member::pump(base::instant now, const sender& send) {
  for (auto busy = true; busy;) {
    busy = false;
    for (auto& [other, one] : channels_)
      busy = drain(now, other, *one) || busy;
    busy = obey(now) || busy;
  }
  for (auto& [other, one] : channels_)
    while (auto out = one->poll_transmit())
      send(other, std::move(*out));
}

bool member::drain(base::instant now, id from, replication::channel& what) {
  auto busy = false;
  while (auto one = what.poll_event()) {
    busy = true;
    if (auto* wanted = std::get_if<replication::wanted>(&*one))
      answer(now, what, wanted->request);
    else if (auto* got = std::get_if<replication::received>(&*one))
      check(now, from, std::move(*got));
    else if (auto* no = std::get_if<replication::denied>(&*one))
      downloads.handle_denied(now, from, no->asked.id, no->reason);
    else if (auto* said = std::get_if<replication::sync>(&*one))
      downloads.handle_sync(now, from, *said);
    else if (auto* has = std::get_if<replication::range>(&*one))
      downloads.handle_range(now, from, *has);
    else if (auto* bits = std::get_if<replication::bitfield>(&*one))
      downloads.handle_bitfield(now, from, *bits);
  }
  return busy;
}

bool member::obey(base::instant now) {
  auto busy = false;
  while (auto one = downloads.poll_transmit(*this)) {
    busy = true;
    auto& to = *channels_.at(one->peer);
    if (auto* request = std::get_if<base::proof_request>(&one->what)) {
      if (!to.request(now, *request))
        downloads.handle_denied(now, one->peer, request->id,
                                base::no_data_reason::none);
    } else if (auto* cancel = std::get_if<replication::cancel>(&one->what)) {
      to.cancel(now, cancel->request);
    } else {
      to.tell(now, std::get<replication::want>(one->what));
    }
  }
  while (auto one = downloads.poll_event()) {
    if (auto* fork = std::get_if<replication::remote_forked>(&*one))
      forks.push_back(*fork);
    else
      failures.push_back(std::get<replication::source_failed>(*one));
  }
  return busy;
}

void member::answer(base::instant now, replication::channel& to,
                    const base::proof_request& request) {
  if (listens && !listens(request))
    return;
  auto snapshot = *store_->read();
  auto made = log::make_proof(*snapshot, log.current, request);
  HYPER_ASSERT(made.ok());
  if (auto* why = std::get_if<log::refusal>(&*made)) {
    HYPER_ASSERT(to.refuse(now, request.id, log::reason_of(*why)).ok());
    return;
  }
  auto& proof = std::get<base::proof>(*made);
  ++proofs_made;
  if (!tamper || tamper(proof))
    to.answer(now, std::move(proof));
}

void member::check(base::instant now, id from, replication::received&& what) {
  auto snapshot = *store_->read();
  auto verdict = log::verify(*snapshot, {log.key, log.who, log.current},
                             what.asked, what.proof);
  HYPER_ASSERT(verdict.ok());
  auto request = what.asked.id;
  if (auto* good = std::get_if<log::verified>(&*verdict)) {
    adopt(now, from, request, std::move(*good));
  } else if (auto* bad = std::get_if<log::rejected>(&*verdict)) {
    faults.push_back(bad->why);
    downloads.rejected(now, from, request, rejection_of(bad->why));
  } else {
    log.frozen = true;
    downloads.freeze(now);
  }
}

void member::adopt(base::instant now, id from, std::uint64_t request,
                   log::verified&& what) {
  HYPER_ASSERT(store_->commit(what.writes).ok());
  block_range fresh;
  if (what.next)
    log.current = std::move(*what.next);
  if (what.who)
    log.who = std::move(*what.who);
  if (what.block) {
    log.blocks.insert(*what.block);
    fresh = {*what.block, 1};
  }
  downloads.verified(now, from, request, head_of(log), fresh);
  announce(now, fresh);
}

std::uint64_t member::missing_nodes(std::uint64_t block) const {
  auto snapshot = *store_->read();
  return *log::missing_nodes(*snapshot, length(), 2 * block);
}

std::optional<base::bytes> member::block(std::uint64_t index) const {
  auto snapshot = *store_->read();
  auto found = log::read_block(*snapshot, index);
  HYPER_ASSERT(found.ok());
  if (!*found)
    return std::nullopt;
  return base::to_bytes(**found);
}

} // namespace hyper::test
