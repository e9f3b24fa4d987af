#pragma once

#include "actors/messages.hpp"
#include "actors/runtime/host.hpp"
#include "actors/runtime/timer.hpp"
#include "actors/world/disk.hpp"
#include "net/replication/downloader.hpp"
#include "store/kv/overlay.hpp"
#include "store/log/open.hpp"
#include "store/log/verify.hpp"

#include <map>
#include <memory>

namespace hyper::actors {

/// Verified bytes that wait for the commit under way. Above, nothing more is
/// asked for until the disk has caught up.
inline constexpr std::size_t pending_bytes_max = 32 * 1024 * 1024;

struct replica_config {
  kv::store* store = nullptr; ///< outlives the actor, as does the disk
  actors::disk* disk = nullptr;
  log::state log;
  base::duration to_1970{}; ///< from the start of the time line
};

/// So often, and at the end, it is stored that the copy is current.
inline constexpr base::duration compared_pause = base::minutes{1};

/// The client's log writer: the only writer of the copy. Decides whom to ask
/// for what, checks every answer against the log's key, and gives what is right
/// to the disk in groups, together with the names that it changes.
class replica {
public:
  using handle = replica_handle;
  static constexpr const char* name = "replica";

  replica(handle::pointer self, replica_config how, index_handle index);

  handle::behavior_type make_behavior();

private:
  class tree;

  void hear(const replication_news& news);
  void take(peer_id peer, replication::event& event);
  void check(peer_id peer, const replication::received& in);
  void keep(peer_id peer, const replication::received& in, log::verified& good);
  void reject(peer_id peer, const replication::received& in,
              const log::rejected& bad);
  void add(kv::batch&& writes);
  void drain();
  void send_orders();
  bool is_current() const;
  void watch();
  void note_compared();
  void commit();
  void finish(const committed& what);
  void renew_snapshot();
  void tell_index();
  void tell_progress();
  void freeze(log::conflict& proof);
  void fail(const base::error& why);

  handle::pointer self_;
  replica_config config_;
  index_handle index_;
  replication::downloader downloader_;
  std::map<peer_id, peer_handle> peers_;
  std::unique_ptr<kv::snapshot> stored_; ///< what is committed
  std::unique_ptr<kv::overlay> draft_;   ///< with all that was verified since
  kv::batch pending_;                    ///< verified, not yet with the disk
  std::size_t pending_bytes_ = 0;
  bool committing_ = false;
  std::uint64_t ticket_ = 0;
  base::instant begun_; ///< the commit under way
  sync_progress told_;
  std::optional<base::instant> last_current_; ///< in this run
  base::instant note_due_;
  bool stopping_ = false;
  timer timer_;
};

} // namespace hyper::actors
