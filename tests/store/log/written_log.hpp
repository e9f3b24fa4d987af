#pragma once

#include "store/kv/overlay.hpp"
#include "store/log/append.hpp"
#include "store/log/keys.hpp"
#include "store/log/layout.hpp"
#include "store/log/open.hpp"
#include "store/log/proofs.hpp"
#include "store/log/verify.hpp"

#include <algorithm>
#include <string>

// Logs for tests: a writer, and readers that hold part of what it wrote.

namespace hyper::test {

/// A writer's log in memory; every call commits.
class written_log {
public:
  written_log(log::identity id, base::key_pair pair)
      : pair_(pair),
        store_(kv::make_memory_store()), state_{id.key, id.who, {}, {}, false} {
  }

  explicit written_log(const base::key_pair& pair)
      : written_log(log::identity_of(log::single_signer_manifest(pair.pub)),
                    pair) {
    state_ = *log::open_writer(*store_, *state_.who);
  }

  /// A log of its own for every number.
  explicit written_log(std::uint8_t seed = 1)
      : written_log(base::make_key_pair(base::seed{seed})) {}

  void append(const std::vector<base::bytes>& blocks) {
    adopt(*log::append(id(), state_.current, blocks, pair_));
  }

  /// Blocks whose bytes tell their number.
  void append_numbered(std::uint64_t count) {
    std::vector<base::bytes> blocks;
    for (std::uint64_t i = 0; i < count; ++i)
      blocks.push_back(numbered(head().length() + i));
    append(blocks);
  }

  static base::bytes numbered(std::uint64_t block) {
    return base::to_bytes("block " + std::to_string(block));
  }

  void truncate(std::uint64_t length) {
    adopt(*log::truncate(*now(), id(), state_.current, length, pair_));
  }

  /// The answer to a request; must not be refused.
  base::proof prove(const base::proof_request& request) const {
    return prove(request, head());
  }
  base::proof prove(const base::proof_request& request,
                    const log::head& announced) const {
    auto made = log::make_proof(*now(), announced, request);
    return std::get<base::proof>(std::move(*made));
  }

  log::identity id() const { return {state_.key, *state_.who}; }
  const base::key_pair& pair() const { return pair_; }
  const log::head& head() const { return state_.current; }
  kv::store& store() { return *store_; }
  std::unique_ptr<kv::snapshot> now() const { return *store_->read(); }

  base::tree_node node(std::uint64_t index) const {
    return (*log::read_node(*now(), index)).value_or(base::tree_node{});
  }

  /// Whether every one of the records is in this log as well.
  bool holds(const kv::batch& records) const {
    auto content = now();
    return std::all_of(records.begin(), records.end(), [&](const auto& one) {
      auto found = *content->get(one.key);
      return found && one.value && base::equal(*found, *one.value);
    });
  }

  std::size_t node_count() const {
    std::size_t count = 0;
    auto done = now()->scan(
        base::bytes{0x10}, base::bytes{0x11}, kv::direction::forward,
        [&](base::bytes_view, base::bytes_view) { return ++count > 0; });
    HYPER_ASSERT(done.ok());
    return count;
  }

private:
  void adopt(const log::change& made) {
    HYPER_ASSERT(store_->commit(made.writes).ok());
    state_.current = made.next;
  }

  base::key_pair pair_;
  std::unique_ptr<kv::store> store_;
  log::state state_;
};

/// A reader that holds every node of the first blocks of a log, and none of
/// the blocks.
class tree_copy {
public:
  tree_copy(const written_log& from, std::uint64_t length)
      : key_(from.id().key), who_(from.id().who),
        store_(kv::make_memory_store()) {
    kv::batch writes;
    for (std::uint64_t i = 0; i < 2 * length; ++i)
      if (base::flat_tree::last_leaf(i) < 2 * length)
        writes.push_back(log::node_record(from.node(i)));
    HYPER_ASSERT(store_->commit(writes).ok());
    head_.fork = from.head().fork;
    head_.roots =
        *log::read_nodes(**store_->read(), base::flat_tree::roots(length));
  }

  log::verdict verify(const base::proof_request& request,
                      const base::proof& proof) const {
    return *log::verify(**store_->read(), {key_, who_, head_}, request, proof);
  }

private:
  base::public_key key_;
  std::optional<base::manifest> who_;
  std::unique_ptr<kv::store> store_;
  log::head head_;
};

/// A reader that begins with the key alone and keeps what it verified.
class reading_log {
public:
  explicit reading_log(const base::public_key& key)
      : store_(kv::make_memory_store()),
        state_(*log::open_reader(*store_, key)) {}

  log::verdict verify(const base::proof_request& request,
                      const base::proof& proof) const {
    return *log::verify(**store_->read(), view(), request, proof);
  }

  /// Verifies, commits, adopts. False if the proof was rejected.
  bool take(const base::proof_request& request, const base::proof& proof) {
    auto verdict = verify(request, proof);
    auto* good = std::get_if<log::verified>(&verdict);
    if (good == nullptr)
      return false;
    HYPER_ASSERT(store_->commit(good->writes).ok());
    if (good->next)
      state_.current = *good->next;
    if (good->who)
      state_.who = good->who;
    if (good->block)
      state_.blocks.insert(*good->block);
    return true;
  }

  /// The requests that a reader makes.
  base::proof_request wish_for_upgrade(std::uint64_t length) const {
    base::proof_request request;
    request.id = 1;
    request.fork = state_.current.fork;
    auto start = state_.current.length();
    request.upgrade = base::upgrade_target{start, length - start};
    request.manifest = !state_.who;
    return request;
  }
  base::proof_request wish_for_block(std::uint64_t block) const {
    base::proof_request request;
    request.id = 2;
    request.fork = state_.current.fork;
    request.block = base::proof_target{
        block, *log::missing_nodes(**store_->read(), state_.current.length(),
                                   2 * block)};
    return request;
  }

  bool upgrade(const written_log& from) {
    auto wish = wish_for_upgrade(from.head().length());
    return take(wish, from.prove(wish));
  }
  bool fetch(const written_log& from, std::uint64_t block) {
    auto wish = wish_for_block(block);
    return take(wish, from.prove(wish));
  }

  const log::state& state() const { return state_; }
  const log::head& head() const { return state_.current; }
  kv::store& store() { return *store_; }
  std::unique_ptr<kv::snapshot> now() const { return *store_->read(); }
  log::reader_view view() const {
    return {state_.key, state_.who, state_.current};
  }

private:
  std::unique_ptr<kv::store> store_;
  log::state state_;
};

} // namespace hyper::test
