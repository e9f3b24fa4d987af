#pragma once

#include "actors/messages.hpp"
#include "actors/runtime/host.hpp"
#include "actors/runtime/timer.hpp"
#include "store/kv/kv.hpp"

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>

namespace hyper::actors {

/// Lists and histories answer at most this many entries at a time.
inline constexpr std::size_t answer_entries_max = 1000000;

/// Waits at the same time; more end at once.
inline constexpr std::size_t waits_max = 4096;

struct index_config {
  kv::store* store = nullptr; ///< outlives the actor
  head_announced log;         ///< what is stored now
  bool is_source = false;     ///< a server: its own log is always current
  /// When an earlier run last knew it to be current.
  std::optional<base::instant> compared = std::nullopt;
};

/// What is this name now, and tell me when I have caught up. Owns the read
/// snapshot, the waiters, and what peers are told of the log.
class index {
public:
  using handle = index_handle;
  static constexpr const char* name = "index";

  index(handle::pointer self, index_config how);
  ~index();

  handle::behavior_type make_behavior();

private:
  /// Whether the wait is over; looks at the state of the index.
  using condition = std::function<bool()>;

  struct wait {
    condition over;
    base::instant deadline;
    caf::typed_response_promise<waited> promise;
  };

  void grow(const log_grown& what);
  void announce_up_to(std::uint64_t length);
  void tell_peers();
  void note_progress(const sync_progress& what);
  void update_freshness();
  void make_proofs(const proofs_wanted& what);

  name_found find(const lookup_name& query);
  names_listed list(const list_names& query);
  history_told history(const name_history& query);
  history_told changes(const changes_since& query);
  names_listed owned(const names_of_key& query);
  index_status status();

  caf::result<waited> wait_for(condition over, base::duration timeout);
  bool has_happened(const wait_for_change& what);
  void wake();

  const base::result<std::unique_ptr<kv::snapshot>>& snapshot();
  std::uint64_t shown_length();
  freshness how_new();

  handle::pointer self_;
  index_config config_;
  head_announced log_;                ///< committed
  std::deque<log::head> unannounced_; ///< committed, signed, not yet told
  head_announced announced_;          ///< what peers may know
  std::map<peer_id, peer_handle> peers_;
  std::optional<base::result<std::unique_ptr<kv::snapshot>>> snapshot_;
  sync_progress progress_;
  std::optional<base::instant> last_current_; ///< as far as is known
  bool ever_current_ = false;                 ///< in this run
  std::list<wait> waits_;
  timer timer_;
};

} // namespace hyper::actors
