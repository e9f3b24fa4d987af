#pragma once

#include "net/peer/link.hpp"
#include "net/replication/channel.hpp"
#include "net/rpc/rpc.hpp"

#include <deque>
#include <optional>
#include <variant>

// One connection with a peer, with the protocols on it. See docs/peer.md.

namespace hyper::peer {

/// The log's channel on a connection.
struct replication_config {
  base::public_key log_key{};
  base::hash32 discovery_key{};
  bool downloading = false;
  bool open_at_once = true; ///< false: when the remote opens it
  replication::head head;   ///< as announced now
  replication::block_set blocks;
};

/// The RPC channel on a connection; its id is the server's key.
struct rpc_config {
  base::public_key id{};
};

struct connection_config {
  link_config link;
  std::optional<rpc_config> rpc;
  std::optional<replication_config> replication;
};

struct rpc_opened {};
struct rpc_closed {};

/// The remote's machine has the answer to this call, and all that was written
/// before it.
struct answer_delivered {
  rpc::call_id call{};
};

struct replication_opened {};
struct replication_closed {};

using event =
    std::variant<proven, silent, closed, rpc_opened, rpc_closed, rpc::called,
                 rpc::answered, answer_delivered, replication_opened,
                 replication_closed, replication::event>;

/// Owns the link and the machines of its channels, and carries messages
/// between them. Drive it as every machine.
class connection {
public:
  /// The entropy must outlive the connection.
  connection(connection_config how, base::entropy& chance, base::instant now);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void handle_packet(base::instant now, const base::endpoint& from,
                     base::bytes_view packet);
  void handle_timeout(base::instant now);

  /// Calls the remote; may be used before rpc_opened. Requires an RPC channel.
  base::result<rpc::request_id> call(base::instant now, std::string_view method,
                                     base::bytes_view value);

  /// Answers a call; answer_delivered follows, unless the connection ends.
  void answer(base::instant now, rpc::call_id call, base::bytes_view value);
  void refuse(base::instant now, rpc::call_id call,
              const rpc::remote_error& why);

  /// The log's channel; none before replication_opened. Call flush() after
  /// using it.
  replication::channel* replication();
  void flush(base::instant now);

  /// Our log has grown, and has all blocks of `stored`: tells it on the log's
  /// channel, now or when it is open.
  void announce(base::instant now, replication::head head,
                replication::block_range stored);

  void end(base::instant now);
  void destroy(base::instant now, std::string why);

  std::optional<transport::transmit> poll_transmit() {
    return link_.poll_transmit();
  }
  std::optional<base::instant> poll_timeout() const;
  std::optional<event> poll_event();

  const peer::link& link() const { return link_; }

private:
  struct unconfirmed {
    std::uint64_t offset = 0; ///< of the transport, behind the answer
    rpc::call_id call{};
  };

  void open_rpc();
  void open_replication(base::instant now);
  void work(base::instant now);
  void handle(base::instant now, const proven& what);
  void handle(base::instant now, const silent& what);
  void handle(base::instant now, const acknowledged& what);
  void handle(base::instant now, const mux::incoming& what);
  void handle(base::instant now, const mux::opened& what);
  void handle(base::instant now, const mux::message& what);
  void handle(base::instant now, const mux::closed& what);
  void handle(base::instant now, const closed& what);
  void take_rpc_events(base::instant now);
  void take_replication_events();
  void check(base::instant now, const base::status& outcome);

  connection_config config_;
  peer::link link_;
  std::optional<rpc::endpoint> rpc_;
  std::optional<replication::channel> replication_;
  std::optional<mux::channel> replication_channel_;
  std::deque<rpc::call_id> unsent_; ///< answered, not yet in the transport
  std::deque<unconfirmed> answers_;
  std::deque<event> events_;
};

} // namespace hyper::peer
