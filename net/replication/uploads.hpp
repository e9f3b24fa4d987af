#pragma once

#include "base/proof.hpp"
#include "base/time.hpp"
#include "net/replication/messages.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>

namespace hyper::replication {

/// The requests of one remote from their arrival to their answer. Those with
/// a priority are handed out first, the latest of them before the others; the
/// rest in the order in which they came. A number that is used again replaces
/// the request that had it.
class uploads {
public:
  /// Takes a request in. False, and nothing done, when requests_waiting_max
  /// are there.
  [[nodiscard]] bool add(base::proof_request request);

  /// Forgets a request, whatever became of it; unknown ids are ignored.
  void cancel(std::uint64_t id);

  /// Refuses a request that was not answered yet. Refusals that name no
  /// impossible request are due at once, the others later and later:
  /// docs/replication.md, "timers".
  void refuse(base::instant now, std::uint64_t id, base::no_data_reason reason);

  /// The next request for the owner; none while requests_in_work_max are out.
  std::optional<base::proof_request> next();

  /// Ends a request that the owner has, if the proof is one for it.
  bool finish(const base::proof& proof);

  /// The next refusal that is due.
  std::optional<no_data> poll_refusal(base::instant now);

  /// When the first refusal that is not due yet will be.
  std::optional<base::instant> next_due(base::instant now) const;

  /// Whether the owner has a request of that id.
  bool in_work(std::uint64_t id) const;

  /// Refusals of requests that no log could answer, since the beginning.
  std::uint64_t invalid_requests() const { return invalid_requests_; }

  std::size_t size() const { return entries_.size(); }
  void clear();

private:
  enum class stage { waiting, in_work, refused };

  struct entry {
    base::proof_request request;
    stage at = stage::waiting;
    std::int64_t turn = 0; // place in turns_
    base::instant due{};   // place in due_, with the id
  };

  using entry_map = std::unordered_map<std::uint64_t, entry>;

  void forget(entry_map::iterator found);
  void leave_stage(const entry& from);
  void check_invariant() const;

  entry_map entries_;
  std::map<std::int64_t, std::uint64_t> turns_;
  std::map<std::pair<base::instant, std::uint64_t>, base::no_data_reason> due_;
  std::int64_t last_turn_ = 0;
  std::size_t in_work_ = 0;
  std::uint64_t invalid_requests_ = 0;
};

/// How long the n-th refusal (from 1) of an impossible request is held back.
base::duration refusal_delay(std::uint64_t n);

} // namespace hyper::replication
