#pragma once

#include "actors/sim/simulation.hpp"
#include "actors/world/disk.hpp"
#include "base/entropy.hpp"
#include "store/kv/kv.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace hyper::actors::sim {

/// How a disk is doing.
struct disk_mood {
  base::duration commit_min = base::microseconds{100};
  base::duration commit_max = base::milliseconds{4};
  bool full = false; ///< commits fail, and nothing of them happens
};

/// One host's disk: it takes its time, and keeps through a crash what a commit
/// has made durable.
class virtual_disk {
public:
  virtual_disk(simulation& in, base::entropy& chance, host_id where);
  ~virtual_disk();

  kv::store& store() { return *store_; }
  void set_mood(const disk_mood& now) { mood_ = now; }

  /// Called after each commit that has succeeded.
  void on_commit(std::function<void()> then) { then_ = std::move(then); }

  /// The disk as a host sees it that has just started. It lives as long as
  /// this, but after a crash it does nothing.
  disk& mount();

  /// The power fails: what was not yet durable is lost as a whole, or, by
  /// chance, the commit under way has just landed and nobody was told.
  void crash();

private:
  class port;
  struct waiting {
    std::uint64_t ticket = 0;
    kv::batch changes;
    commit_listener listener;
  };

  void commit(waiting one);
  void begin();
  void finish(std::uint64_t life);
  base::status apply(const kv::batch& changes);
  void tell(const waiting& one, const base::status& outcome);
  void lose_unsynced();

  simulation& sim_;
  base::entropy& chance_;
  host_id where_;
  disk_mood mood_;
  std::unique_ptr<kv::store> store_;
  // What a disk that lies has really kept, and stores that dead actors see.
  std::unique_ptr<kv::store> durable_;
  std::vector<std::unique_ptr<kv::store>> lost_;
  std::deque<waiting> queue_;
  std::uint64_t life_ = 0; ///< which start of the host this is
  std::vector<std::unique_ptr<port>> ports_;
  std::function<void()> then_;
};

} // namespace hyper::actors::sim
