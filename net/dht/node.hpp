#pragma once

#include "base/entropy.hpp"
#include "base/time.hpp"
#include "net/dht/counters.hpp"
#include "net/dht/events.hpp"
#include "net/dht/health.hpp"
#include "net/dht/query.hpp"
#include "net/dht/requests.hpp"
#include "net/dht/tokens.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

// A node of the DHT as a machine without I/O. Behaviour, limits and timers:
// docs/dht.md. Drive it by handle_datagram() and handle_timeout(); after every
// call, wishes included, poll until empty: transmits, then the timeout, then
// the events.

namespace hyper::dht {

enum class role : std::uint8_t {
  adaptive,   ///< ephemeral first; persistent once it is stable and reachable
  persistent, ///< persistent as soon as it knows its address
  ephemeral,  ///< never persistent
};

struct config {
  dht::role role = role::adaptive;
  std::vector<base::endpoint> bootstrap{};

  /// The public address, if it is known beforehand. With role::persistent,
  /// `firewalled` false and no bootstrap list this is a bootstrap node, and
  /// persistent from the first moment.
  std::optional<base::endpoint> address{};

  bool firewalled = true;        ///< false: known to be reachable
  std::uint16_t server_port = 0; ///< local port of the server socket

  /// Token secrets kept from an earlier run; none: random ones.
  std::optional<token_secrets> secrets{};
};

/// What to ask for.
struct call {
  command_code command{};
  std::optional<node_id> target{};
  base::bytes value{};
  std::optional<write_token> token{};
};

struct ask_options {
  unsigned retries = plain_retries;
  std::optional<socket> via{};          ///< none: sending_socket()
  base::duration timeout = try_timeout; ///< of one try; for late answers
};

/// What an answer carries, apart from what every answer carries.
struct answer {
  bool token = false;  ///< a fresh token for the requester
  bool closer = false; ///< nodes near the target, if the request has one
  std::uint64_t error = 0;
  base::bytes value{};
};

class node {
public:
  /// The entropy must outlive the node.
  node(config how, base::entropy& chance, base::instant now);
  ~node();
  node(node&&) noexcept;

  // The world speaks.
  void handle_datagram(base::instant now, socket via, base::endpoint from,
                       base::bytes_view datagram);
  void handle_timeout(base::instant now);

  // We want something.

  /// Asks one node; ends with `answered` or `failed`.
  request_id ask(base::instant now, base::endpoint to, call what,
                 ask_options options = {});

  /// Asks ever closer nodes; gives `query_reply` events and one `query_done`.
  /// The call's target is where to look and is required.
  query_id search(base::instant now, call what,
                  const query_options& options = {});

  /// Ends it without any further event. Unknown ids are ignored.
  void cancel(request_id which);
  void cancel(query_id which);

  /// Answers an incoming request, through the socket that it came on.
  void reply(base::instant now, const incoming_request& to, answer what);

  /// Passes a request on under the tid of somebody else. It is not remembered,
  /// not repeated, and no answer to it is expected.
  void forward(base::instant now, socket via, base::endpoint to,
               std::uint16_t tid, call what);

  /// Sends an answer under a tid that somebody else has told us.
  void respond(base::instant now, socket via, base::endpoint to,
               std::uint16_t tid, answer what);

  /// Replaces the bootstrap list, for instance once names have been resolved.
  void set_bootstrap(base::instant now, std::vector<base::endpoint> nodes);

  /// Lists nodes known from an earlier run; the first is the latest heard.
  void add_nodes(base::instant now, std::span<const base::endpoint> nodes);

  /// While suspended nothing is sent and all that arrives is dropped; requests
  /// and queries under way fail.
  void suspend(base::instant now);
  void resume(base::instant now);

  std::optional<transmit> poll_transmit();
  std::optional<base::instant> poll_timeout() const;
  std::optional<event> poll_event();

  // What it knows of itself.

  bool is_persistent() const;
  /// The id; none as long as the node is ephemeral.
  std::optional<node_id> id() const;
  /// False: strangers can reach the server socket.
  bool firewalled() const;
  /// Where requests leave: the client socket while firewalled.
  socket sending_socket() const;
  /// The address others see; port 0: it differs from one to the next.
  std::optional<base::endpoint> address_as_seen() const;
  /// The address strangers can send to; none if firewalled or unknown.
  std::optional<base::endpoint> open_address() const;
  /// Whether the first bootstrap is over.
  bool bootstrapped() const;
  health_state health() const;
  const counters& stats() const;

  // What it knows of others.

  /// Up to 20 nodes for an answer about `target`; in the order of the rows,
  /// not by distance.
  std::vector<base::endpoint> closest(const node_id& target) const;
  /// All listed nodes, latest heard first.
  std::vector<base::endpoint> nodes() const;
  std::size_t node_count() const;

  /// The token for whoever receives at `host`; renewed every 7.5 s.
  write_token issue_token(const base::fixed_bytes<4>& host);
  /// Whether it was issued to `host` within the last 7.5 to 15 s.
  bool check_token(const base::fixed_bytes<4>& host,
                   const write_token& what) const;

private:
  class machine;
  std::unique_ptr<machine> machine_;
};

} // namespace hyper::dht
