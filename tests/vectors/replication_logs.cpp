#include "tests/vectors/replication_logs.hpp"

#include "base/assert.hpp"
#include "store/log/keys.hpp"
#include "store/log/layout.hpp"
#include "store/log/proofs.hpp"

namespace hyper::test {

namespace {

log::block_set without(const log::block_set& all, std::uint64_t block) {
  log::block_set out;
  for (auto [first, end] : all.runs())
    for (auto i = first; i < end; ++i)
      if (i != block)
        out.insert(i);
  return out;
}

} // namespace

std::unique_ptr<kv::snapshot> stored_log::read() const {
  return std::move(*store->read());
}

void stored_log::append(const base::key_pair& signer,
                        const std::vector<base::bytes>& blocks) {
  auto first = state.current.length();
  auto change =
      log::append({state.key, *state.who}, state.current, blocks, signer);
  HYPER_ASSERT(change.ok() && commit(change->writes).ok());
  state.current = change->next;
  state.blocks.insert(first, state.current.length());
}

void stored_log::truncate(const base::key_pair& signer, std::uint64_t length) {
  auto change = log::truncate(*read(), {state.key, *state.who}, state.current,
                              length, signer);
  HYPER_ASSERT(change.ok() && commit(change->writes).ok());
  state.current = change->next;
  state.blocks.truncate(length);
}

void stored_log::remove(std::uint64_t block) {
  HYPER_ASSERT(commit({log::no_block_record(block)}).ok());
  state.blocks = without(state.blocks, block);
}

std::optional<log::fault> stored_log::take(const base::proof_request& asked,
                                           const base::proof& proof) {
  auto verdict =
      log::verify(*read(), {state.key, state.who, state.current}, asked, proof);
  HYPER_ASSERT(verdict.ok());
  if (auto* bad = std::get_if<log::rejected>(&*verdict))
    return bad->why;
  if (std::holds_alternative<log::conflict>(*verdict)) {
    frozen = true;
    return std::nullopt;
  }
  auto& good = std::get<log::verified>(*verdict);
  HYPER_ASSERT(commit(good.writes).ok());
  if (good.next)
    state.current = *good.next;
  if (good.who)
    state.who = good.who;
  if (good.block)
    state.blocks.insert(*good.block);
  return std::nullopt;
}

base::key_pair signer_of(const json::object& core) {
  auto secret = hex(core.at("secretKey"));
  return base::make_key_pair(base::take<32>(secret));
}

stored_log make_writer(const json::object& core) {
  stored_log out{kv::make_memory_store(), {}};
  auto who = log::single_signer_manifest(fixed_hex<32>(core.at("publicKey")));
  out.state = *log::open_writer(*out.store, who);
  return out;
}

stored_log make_reader(const json::object& core) {
  stored_log out{kv::make_memory_store(), {}};
  out.state = *log::open_reader(*out.store, fixed_hex<32>(core.at("key")));
  return out;
}

replication::head head_of(const log::state& log) {
  return {log.current.fork, log.current.length(), log.who.has_value()};
}

replication::block_set blocks_of(const log::state& log) {
  replication::block_set out;
  for (auto [first, end] : log.blocks.runs())
    out.insert({first, end - first});
  return out;
}

std::optional<base::proof> prove(const stored_log& from,
                                 const base::proof_request& request) {
  auto made = log::make_proof(*from.read(), from.state.current, request);
  HYPER_ASSERT(made.ok());
  if (auto* proof = std::get_if<base::proof>(&*made))
    return std::move(*proof);
  return std::nullopt;
}

stored_log copy_of(const stored_log& from, const json::object& core,
                   const std::vector<std::uint64_t>& blocks) {
  auto out = make_reader(core);
  base::proof_request request;
  request.fork = from.state.current.fork;
  request.manifest = true;
  if (from.state.current.length() > 0)
    request.upgrade = base::upgrade_target{0, from.state.current.length()};
  HYPER_ASSERT(!out.take(request, *prove(from, request)));
  for (auto block : blocks) {
    base::proof_request one;
    one.fork = request.fork;
    one.block = base::proof_target{
        block, *log::missing_nodes(*out.read(), out.state.current.length(),
                                   2 * block)};
    HYPER_ASSERT(!out.take(one, *prove(from, one)));
  }
  return out;
}

} // namespace hyper::test
