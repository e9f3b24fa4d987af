#pragma once

#include "net/dht/sampler.hpp"

#include <vector>

// The firewall check: do answers reach a socket that has sent nothing? Others
// are asked (PING_NAT) to answer to the server socket. docs/dht.md.

namespace hyper::dht {

class reachability {
public:
  /// Nodes to ask if so many are known.
  static constexpr std::size_t asked_wanted = 5;
  /// Answers that are needed then; one is enough if fewer could be asked.
  static constexpr std::size_t answers_wanted = 3;

  /// `seen_as` is the address of the sending socket, `server_port` the local
  /// port of the server socket.
  reachability(const std::vector<base::endpoint>& asked, base::endpoint seen_as,
               std::uint16_t server_port);

  /// Some datagram from that host came to the server socket.
  void note_arrival(const base::fixed_bytes<4>& host);

  void handle_answer(const base::endpoint& from, const base::endpoint& to);
  void handle_failure();

  /// Whether all asked have answered or failed.
  bool over() const { return settled_ == asked_.size(); }

  /// What the answers say is our address, if they prove that strangers reach
  /// us there. None: firewalled, or not enough answers. Requires over().
  std::optional<sampler> proof() const;

  const base::endpoint& seen_as() const { return seen_as_; }

private:
  struct asked_node {
    base::endpoint address;
    bool arrived = false;
  };
  struct answer_seen {
    base::endpoint from;
    base::endpoint to;
  };

  bool arrived(const base::fixed_bytes<4>& host) const;

  std::vector<asked_node> asked_;
  std::vector<answer_seen> answers_;
  base::endpoint seen_as_;
  std::uint16_t server_port_;
  std::size_t settled_ = 0;
};

} // namespace hyper::dht
