#pragma once

#include "base/keys.hpp"
#include "net/replication/block_set.hpp"
#include "net/replication/provable.hpp"
#include "store/log/append.hpp"
#include "store/log/open.hpp"
#include "store/log/verify.hpp"
#include "tests/support/vectors.hpp"

#include <map>
#include <memory>
#include <vector>

// Logs that the recorded conversations are about, made again from their keys.

namespace hyper::test {

/// A log and where it is kept.
struct stored_log {
  std::unique_ptr<kv::store> store;
  log::state state;

  base::status commit(const kv::batch& writes) { return store->commit(writes); }
  std::unique_ptr<kv::snapshot> read() const;

  void append(const base::key_pair& signer,
              const std::vector<base::bytes>& blocks);
  void truncate(const base::key_pair& signer, std::uint64_t length);
  void remove(std::uint64_t block);

  /// Takes a proof in; says what is wrong with it, if anything.
  std::optional<log::fault> take(const base::proof_request& asked,
                                 const base::proof& proof);
  bool frozen = false;
};

/// The key pair and the manifest of a recorded core.
base::key_pair signer_of(const json::object& core);
stored_log make_writer(const json::object& core);
stored_log make_reader(const json::object& core);

/// A reader that holds the tree of `from`, and these of its blocks.
stored_log copy_of(const stored_log& from, const json::object& core,
                   const std::vector<std::uint64_t>& blocks);

/// A log as the replication machines are told of it.
replication::head head_of(const log::state& log);
replication::block_set blocks_of(const log::state& log);

/// What a log of that head answers; a refusal comes out as none.
std::optional<base::proof> prove(const stored_log& from,
                                 const base::proof_request& request);

} // namespace hyper::test
