#pragma once

#include "actors/sim/simulation.hpp"
#include "actors/world/network.hpp"
#include "base/entropy.hpp"
#include "net/transport/frame.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace hyper::actors::sim {

/// The WebSockets between the simulated hosts: what is sent arrives once and in
/// order, sooner or later. Every host accepts.
class virtual_sockets {
public:
  virtual_sockets(simulation& in, base::entropy& chance);
  ~virtual_sockets();

  void set_latency(base::duration most) { latency_max_ = most; }

  /// What is on its way between the two waits, as do new connections.
  void part(host_id a, host_id b);
  void join_all();

  /// The network of a host that comes up. The one it had before is dead.
  std::shared_ptr<network> attach(host_id where);

  /// The host's connections are lost; nothing leaves or reaches it any more.
  void detach(host_id where);

  /// To be dialed under.
  static std::string address_of(host_id where);

private:
  class host;

  /// One side of a connection.
  struct end_id {
    host_id where = 0;
    std::uint64_t life = 0; ///< which network of that host
    std::uint32_t stream = 0;

    // NOLINTNEXTLINE(modernize-use-nullptr): misread by the checker
    friend auto operator<=>(const end_id&, const end_id&) = default;
  };

  struct end {
    end_id remote;
    packet_sink owner;
    bool closed = false;        ///< nothing more will be read or sent
    std::size_t may_read = 0;   ///< messages, while nobody owns it
    base::instant last_arrival; ///< of what is on its way to it
    std::deque<base::bytes> coming;
    std::deque<base::bytes> unread;
  };

  end* find(const end_id& which);
  std::vector<end_id> ends_of(host_id where, std::uint64_t life) const;
  void dial(const end_id& from, const std::string& where);
  void connect(const end_id& from, host_id to);
  void send(const end_id& from, const transport::frame& what);
  void travel(const end_id& from, base::bytes packet);
  void arrive(const end_id& from, const end_id& to);
  void read(const end_id& at);
  void read_one(const end_id& at, const base::bytes& packet);
  void tell(const end_id& whom, transport::frame_kind kind,
            base::bytes_view payload = {});
  void drop(const end_id& which);
  base::duration latency();
  bool is_parted(host_id a, host_id b) const;

  simulation& sim_;
  base::entropy& chance_;
  base::duration latency_max_ = base::milliseconds{3};
  std::uint64_t lives_ = 0;
  std::map<host_id, std::shared_ptr<host>> hosts_;
  std::map<end_id, end> ends_;
  std::set<std::pair<host_id, host_id>> parted_;
  std::vector<std::function<void()>> held_; ///< by a parting
};

} // namespace hyper::actors::sim
