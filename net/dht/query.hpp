#pragma once

#include "net/dht/events.hpp"
#include "net/dht/table.hpp"

#include <deque>
#include <map>
#include <vector>

// The iterative query: ask ever closer nodes until the closest are known.
// docs/dht.md.

namespace hyper::dht {

/// Requests of one query under way at a time; slow ones do not count.
inline constexpr std::size_t query_concurrency = 10;

/// Second and later tries of a request of a query.
inline constexpr unsigned query_retries = 5;

/// Nodes that one query asks at most. Some hundred steps find the way through
/// millions of nodes; whoever names more leads us astray.
inline constexpr std::size_t query_visits_max = 400;

struct query_options {
  /// Where to begin, at most 20; fewer are filled up with nodes of the table
  /// and then with the bootstrap nodes.
  std::vector<base::endpoint> start{};
  bool only_these = false; ///< ask nobody but `start`
  unsigned retries = query_retries;
  std::size_t concurrency = query_concurrency;
};

class query {
public:
  /// Tells `to`, which has named `down`, that it does not answer.
  struct hint {
    base::endpoint to;
    base::endpoint down;
  };

  /// `own` is our own id in the table, which is never asked.
  query(const node_id& target, const node_id& own, const query_options& how);

  /// Starting points that are missing; fill up from the table, then with the
  /// bootstrap nodes.
  std::size_t room() const;
  void add_start(const base::endpoint& where);

  /// The next node to ask; none: not now.
  std::optional<base::endpoint> next_visit();

  // What has become of a visit. An answer may carry an error.
  void handle_answer(const base::endpoint& from, const response& what);
  void handle_slow(const base::endpoint& to);
  void handle_failure(const base::endpoint& to, bool timed_out);

  void set_concurrency(std::size_t limit) { concurrency_ = limit; }

  std::optional<hint> poll_hint();

  /// Whether it has failed with the nodes that it was given and should go on
  /// with those of the table; true at most once.
  bool wants_table();
  bool done() const;

  const node_id& target() const { return target_; }
  std::vector<closest_node> closest() const; ///< nearest first
  std::size_t replies() const { return replies_; }
  std::size_t errors() const { return errors_; }
  /// Whether anybody has answered, be it with an error.
  bool answered() const { return answered_; }
  std::size_t bogus_nodes() const { return bogus_nodes_; }

  void check_invariant() const;

private:
  enum class state : std::uint8_t { fresh, asked, slow, done, down };

  struct place {
    query::state state = state::fresh;
    std::vector<base::endpoint> named_by; ///< at most 20
  };

  bool is_wanted(const node_id& away) const;
  void consider(const base::endpoint& where,
                const std::optional<base::endpoint>& named_by);
  void read_closer(const base::endpoint& from, const response& what);
  void leave(const base::endpoint& where, state now);
  std::size_t visits_allowed() const;

  node_id target_;
  node_id own_;
  bool only_these_;
  std::size_t concurrency_;
  bool from_table_ = false;
  bool cautious_ = false; ///< first batch of given nodes is out, no answer yet

  std::map<base::endpoint, place> seen_;
  std::map<node_id, base::endpoint> pending_; ///< by distance
  std::map<node_id, closest_node> closest_;   ///< by distance
  std::deque<hint> hints_;
  std::size_t visits_ = 0;
  std::size_t in_flight_ = 0; ///< slow ones included
  std::size_t slow_ = 0;
  std::size_t replies_ = 0;
  std::size_t errors_ = 0;
  std::size_t bogus_nodes_ = 0;
  bool answered_ = false;
};

} // namespace hyper::dht
