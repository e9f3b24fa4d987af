#pragma once

#include "net/replication/channel.hpp"
#include "net/replication/downloader.hpp"
#include "store/log/append.hpp"
#include "store/log/open.hpp"
#include "store/log/verify.hpp"

#include <functional>
#include <map>
#include <memory>

namespace hyper::test {

/// The owner of a log with its machines, as the actors wire them: it makes
/// and checks proofs, commits, then announces.
class member : private replication::tree_view {
public:
  using id = replication::source_id;

  /// A writer has the key pair, a reader has not.
  member(id name, log::state state, std::unique_ptr<kv::store> store,
         const replication::downloader_config& config);

  /// A channel whose remote has not opened its side.
  void open(base::instant now, id other,
            const replication::channel_config& config);
  base::status handle_open(base::instant now, id other,
                           base::bytes_view handshake);

  /// A channel that is open on both sides.
  void connect(base::instant now, id other, bool initiator);
  void disconnect(base::instant now, id other);

  void append(base::instant now, const base::key_pair& signer,
              const std::vector<base::bytes>& blocks);
  void truncate(base::instant now, const base::key_pair& signer,
                std::uint64_t length);
  void fetch(base::instant now, std::uint64_t block);

  /// An error: the stream ends.
  base::status handle_message(base::instant now, id from, std::uint64_t type,
                              base::bytes_view payload);
  void handle_timeout(base::instant now);

  /// Runs the machines until they are still; messages go to `send`.
  using sender = std::function<void(id to, replication::transmit)>;
  void pump(base::instant now, const sender& send);
  std::optional<base::instant> poll_timeout() const;

  std::optional<base::bytes> block(std::uint64_t index) const;
  std::uint64_t length() const { return log.current.length(); }
  bool is_complete() const { return log.blocks.contiguous() == length(); }
  replication::head announced() const;
  replication::channel& channel(id other) { return *channels_.at(other); }
  bool is_connected(id other) const { return channels_.contains(other); }

  /// Sees each proof before it goes out, and may change it. False: it does
  /// not go out, and nothing else either.
  std::function<bool(base::proof&)> tamper;
  /// Sees each request before it is answered. False: it never is.
  std::function<bool(const base::proof_request&)> listens;

  id name;
  log::state log;
  replication::downloader downloads;
  std::vector<replication::remote_forked> forks;
  std::vector<replication::source_failed> failures;
  std::vector<log::fault> faults;
  std::uint64_t proofs_made = 0;

private:
  std::uint64_t missing_nodes(std::uint64_t block) const override;

  void answer(base::instant now, replication::channel& to,
              const base::proof_request& request);
  void check(base::instant now, id from, replication::received&& what);
  void adopt(base::instant now, id from, std::uint64_t request,
             log::verified&& what);
  bool drain(base::instant now, id from, replication::channel& what);
  bool obey(base::instant now);
  void announce(base::instant now, replication::block_range blocks);

  std::unique_ptr<kv::store> store_;
  std::map<id, std::unique_ptr<replication::channel>> channels_;
};

} // namespace hyper::test
