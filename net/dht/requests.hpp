#pragma once

#include "net/dht/counters.hpp"
#include "net/dht/pacing.hpp"
#include "net/dht/purpose.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>

// Requests under way: matching of answers, repetition, pacing. docs/dht.md.

namespace hyper::dht {

/// How long one try waits for its answer.
inline constexpr base::duration try_timeout = base::seconds{1};

/// Second and later tries of a plain request.
inline constexpr unsigned plain_retries = 3;

/// Requests under way at a time, queued ones included. With 160 in 3 s these
/// are more than a minute's work, and a fraction of the 65536 tids.
inline constexpr std::size_t requests_max = 4096;

/// A request as it is to be made. `message.tid` is chosen here.
struct outgoing {
  request message;
  socket via = socket::server;
  unsigned retries = plain_retries;
  base::duration timeout = try_timeout;
  purpose why;
};

/// A request that has been answered.
struct settled {
  request_id id{};
  base::endpoint to;
  base::duration round_trip{};
  purpose why;
};

/// A request that has not been answered: so far, or in the end.
struct lapse {
  request_id id{};
  base::endpoint to;
  unsigned retries = 0;
  purpose why;
  std::optional<failure> ended; ///< none: its first try has timed out
};

class requests {
public:
  /// Counts into `stats`, which must outlive this.
  requests(base::instant now, std::uint16_t first_tid, counters& stats);

  /// Sends it as soon as the pace allows. At the limit nothing is sent and a
  /// lapse follows.
  request_id start(base::instant now, outgoing what);

  /// Forgets a request of the caller's; no lapse follows.
  void cancel(request_id id);
  /// Forgets the requests of a query.
  void cancel(query_id id);

  /// The request that a response belongs to: same tid, and from the address
  /// that was asked. None: nobody asked.
  std::optional<settled> settle(base::instant now, std::uint16_t tid,
                                const base::endpoint& from);

  void handle_timeout(base::instant now);

  /// Ends everything, and all that is started until resume(), with
  /// failure::suspended.
  void suspend();
  void resume();

  std::optional<transmit> poll_transmit();
  std::optional<base::instant> poll_timeout() const;
  std::optional<lapse> poll_lapse();

  std::size_t size() const { return pending_.size(); }
  void check_invariant() const;

private:
  struct pending {
    std::uint16_t tid = 0;
    base::endpoint to;
    socket via = socket::server;
    base::bytes datagram;
    base::duration timeout{};
    unsigned retries = 0;
    unsigned sends = 0;
    base::instant begun;
    std::optional<base::instant> deadline; ///< none: waits for the pace
    purpose why;
  };
  using pending_map = std::map<request_id, pending>;
  using wire_key = std::pair<std::uint16_t, base::endpoint>;

  std::uint16_t fresh_tid(const base::endpoint& to);
  void send_or_queue(base::instant now, pending_map::iterator place);
  void send(base::instant now, request_id id, pending& one);
  void drain(base::instant now);
  void expire(base::instant now, pending_map::iterator place);
  void end(pending_map::iterator place, failure why);
  void erase(pending_map::iterator place);

  counters& stats_;
  pacing pacing_;
  std::uint64_t last_id_ = 0;
  std::uint16_t next_tid_;
  pending_map pending_;
  std::map<wire_key, request_id> by_wire_;
  std::set<std::pair<base::instant, request_id>> deadlines_;
  std::deque<request_id> queue_; ///< those without a deadline
  std::deque<transmit> transmits_;
  std::deque<lapse> lapses_;
  bool suspended_ = false;
};

} // namespace hyper::dht
