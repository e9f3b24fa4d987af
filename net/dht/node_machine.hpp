#pragma once

#include "net/dht/backoff.hpp"
#include "net/dht/identity.hpp"
#include "net/dht/node.hpp"
#include "net/dht/rate_limit.hpp"
#include "net/dht/reachability.hpp"
#include "net/dht/upkeep.hpp"

// Inside of node: the parts of this folder put together. Each source file
// holds one concern:
//   node_machine.cpp  what arrives, what leaves, what has ended
//   node_serve.cpp    requests of others
//   node_search.cpp   queries
//   node_liveness.cpp who is listed, and whether they are still there
//   node_self.cpp     bootstrap, own address, firewall check

namespace hyper::dht {

/// Bootstrap nodes that are used; the public network has three.
inline constexpr std::size_t bootstrap_max = 20;

/// Queries under way at a time; another one ends at once, empty.
inline constexpr std::size_t queries_max = 512;

/// Answers to DELAYED_PING that wait; further ones are not answered.
inline constexpr std::size_t delayed_max = 128;
inline constexpr base::duration delay_longest = base::seconds{10};

/// Checks because of down hints, and because of full rows, at a time.
inline constexpr std::size_t checks_max = 10;
inline constexpr std::size_t room_checks_max = 3;

/// Down hints that are sent in a tick.
inline constexpr std::size_t hints_per_tick = 50;

class node::machine {
public:
  machine(config how, base::entropy& chance, base::instant now);

  // As in node.
  void handle_datagram(base::instant now, socket via, base::endpoint from,
                       base::bytes_view datagram);
  void handle_timeout(base::instant now);
  request_id ask(base::instant now, base::endpoint to, call what,
                 const ask_options& how);
  query_id search(base::instant now, call what, const query_options& how);
  void cancel(request_id which);
  void cancel(query_id which);
  void reply(base::instant now, const incoming_request& to, answer what);
  void forward(socket via, base::endpoint to, std::uint16_t tid, call what);
  void respond(base::instant now, socket via, base::endpoint to,
               std::uint16_t tid, answer what);
  void set_bootstrap(base::instant now, std::vector<base::endpoint> nodes);
  void add_nodes(std::span<const base::endpoint> nodes);
  void suspend(base::instant now);
  void resume(base::instant now);
  std::optional<transmit> poll_transmit();
  std::optional<base::instant> poll_timeout() const;
  std::optional<event> poll_event();

  write_token issue_token(const base::fixed_bytes<4>& host);
  bool check_token(const base::fixed_bytes<4>& host,
                   const write_token& what) const;

  const identity& self() const { return self_; }
  const contacts& known() const { return contacts_; }
  const counters& stats() const { return stats_; }
  health_state health() const { return health_.state(); }
  bool bootstrapped() const { return bootstrapped_; }
  socket sending_socket() const;
  std::optional<node_id> id() const;

private:
  enum class query_owner : std::uint8_t { caller, bootstrap, refresh };

  struct running_query {
    query search;
    call what;
    unsigned retries = query_retries;
    query_owner owner = query_owner::caller;
  };
  using query_map = std::map<query_id, running_query>;

  /// Where the node stands with the network.
  enum class contact_state : std::uint8_t {
    bootstrapping, ///< a query for our own id is under way
    checking,      ///< so is the firewall check that followed it
    settled,
    lost, ///< nobody has answered; bootstrap nodes are tried ever again
  };

  // node_machine.cpp
  void settle(base::instant now);
  void check_invariant() const;
  void handle_message(base::instant now, socket via, const base::endpoint& from,
                      request&& what);
  void handle_message(base::instant now, socket via, const base::endpoint& from,
                      response&& what);
  void handle_answer(base::instant now, socket via, settled&& done,
                     response&& what);
  void handle_lapse(base::instant now, lapse&& what);
  void handle_failure(base::instant now, const lapse& what);
  request_id send(base::instant now, const base::endpoint& to, call what,
                  purpose why, const ask_options& how = {});
  void emit(event what) { events_.push_back(std::move(what)); }
  std::optional<node_id> id_for(socket via) const;
  std::optional<node_id> verified(const std::optional<node_id>& claimed,
                                  const base::endpoint& from);

  // node_serve.cpp
  void serve(base::instant now, const incoming_request& what);
  void serve_ping_nat(base::instant now, const incoming_request& what);
  void serve_down_hint(base::instant now, const incoming_request& what);
  void serve_delayed_ping(base::instant now, const incoming_request& what);
  response answer_to(const incoming_request& to, answer what);

  // node_search.cpp
  query_id start(base::instant now, call what, const query_options& how,
                 query_owner owner);
  void start_background(base::instant now, const node_id& target,
                        query_owner owner);
  bool background_running() const;
  void fill(query& search) const;
  void advance(base::instant now, query_map::iterator place);
  void finish(base::instant now, query_map::iterator place);
  void handle_query_answer(base::instant now, socket via, query_id id,
                           const base::endpoint& from, response&& what);
  void send_hint(base::instant now, const query::hint& what);

  // node_liveness.cpp
  void hear(base::instant now, const base::endpoint& from,
            const std::optional<node_id>& id, const base::endpoint& seen_as,
            bool external);
  void admit(base::instant now, const base::endpoint& from, const node_id& id,
             const base::endpoint& seen_as);
  void check(base::instant now, contact& node);
  void make_room(base::instant now, const node_id& newcomer,
                 const base::endpoint& address, const base::endpoint& seen_as);
  void finish_check(base::instant now, const for_liveness& what);
  void finish_room_check(base::instant now, const for_room& what);
  void drop(base::instant now, const node_id& id);
  void note_silence(base::instant now, const base::endpoint& of);
  void ping_some(base::instant now);
  void refresh(base::instant now);
  void note_sample(contact& node, const base::endpoint& seen_as);

  // node_self.cpp
  void begin_bootstrap(base::instant now);
  void handle_bootstrap_reply(base::instant now, const base::endpoint& from);
  void end_bootstrap_query(base::instant now, bool answered);
  void settle_down();
  void lose_contact(base::instant now);
  void regain_contact(base::instant now);
  void probe_bootstrap(base::instant now);
  call ping_nat() const;
  std::optional<base::fixed_bytes<4>> host_as_seen() const;
  void check_network(base::instant now, bool only_firewall);
  void ask_for_pings(base::instant now, const base::endpoint& seen_as);
  void conclude_reachability(base::instant now);
  void end_network_check(base::instant now, bool open);
  bool adopt(base::instant now, const base::endpoint& claimed,
             const sampler& proof);
  void move_to(base::instant now, const node_id& own);
  void handle_tick(base::instant now);
  void wake();

  base::entropy& chance_;
  const role role_;
  std::vector<base::endpoint> bootstrap_;

  counters stats_;
  identity self_;
  contacts contacts_;
  tokens tokens_;
  requests requests_;
  rate_limit limit_;
  upkeep upkeep_;
  dht::health health_;
  query_map queries_;
  std::uint64_t last_query_ = 0;

  contact_state contact_ = contact_state::bootstrapping;
  bool bootstrapped_ = false;
  bool first_round_ = true;
  bool wants_quick_check_ = false;
  bool quick_check_answered_ = false;
  backoff backoff_;
  std::optional<base::instant> next_probe_;

  std::optional<reachability> reachability_;
  bool only_firewall_ = false;
  std::optional<base::fixed_bytes<4>> checked_host_;

  std::size_t checks_ = 0;
  std::size_t room_checks_ = 0;
  std::size_t hints_left_ = hints_per_tick;
  bool suspended_ = false;

  std::multimap<base::instant, transmit> delayed_;
  std::deque<transmit> transmits_;
  std::deque<event> events_;
};

} // namespace hyper::dht
