#pragma once

#include "actors/node.hpp"
#include "actors/repl/repl.hpp"
#include "actors/sim/history.hpp"
#include "actors/sim/plan.hpp"
#include "actors/sim/simulation.hpp"
#include "actors/sim/virtual_disk.hpp"
#include "actors/sim/virtual_network.hpp"
#include "actors/sim/virtual_sockets.hpp"
#include "actors/trace/recorder.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hyper::actors::sim {

/// A bootstrap node, a server and clients on simulated hosts, and what they
/// have been asked and told.
class cluster {
public:
  /// `names`, if given, is told which host's actors come up.
  cluster(simulation& in, const plan& what, trace::recorder* names);
  ~cluster();

  void start();

  /// Whether every line has its answer and every copy is as long as the log.
  bool is_settled() const;

  /// Every client is asked once more, with nothing in the way.
  void ask_in_peace();

  /// The network is gone for good, and every client is asked once more.
  void leave_alone();
  bool is_all_answered() const;

  /// What is still open, for people.
  std::string open_ends() const;

  history take_history() { return std::move(history_); }
  std::uint64_t datagrams() const { return wires_.delivered(); }

private:
  struct client {
    host_id where = 0;
    std::unique_ptr<virtual_disk> disk;
    log::primary_key primary{};
    base::public_key identity{};
    std::uint64_t life = 0; ///< which start it is in; answers to
    bool up = false;        ///< earlier ones are void
    bool down_by_fault = false;
    client_node node;
    repl_handle repl;
    std::deque<operation> script;
    std::optional<std::size_t> waiting; ///< the line that it works on
    std::uint64_t seen = 0;             ///< changes of its copy looked at
    std::uint64_t length = 0;
  };

  node_world world_of(host_id where);
  dht_options dht() const;
  bool is_over_websocket(std::uint32_t client) const;
  void part(host_id a, host_id b);
  void detach(host_id where);
  void schedule_faults();
  void begin(const fault& one);
  void end(const fault& one);

  void start_bootstrap();
  void start_server();
  void stop_server();
  void look_at_log();

  void start_liar();
  void tell_lies(const client_node& node, base::key_pair wrong);
  void start_client(std::uint32_t number);
  void stop_client(std::uint32_t number);
  void give_up(std::uint32_t number, std::uint64_t life,
               const std::string& failure);
  void start_repl(std::uint32_t number);
  void type_next(std::uint32_t number);
  void type(std::uint32_t number, const std::string& line);
  void take_answer(std::uint32_t number, std::uint64_t life,
                   const std::string& text);
  void look_at_copy(std::uint32_t number);
  void see(host_id where, const caf::mailbox_element& message);
  void problem(std::string what);

  simulation& sim_;
  const plan& plan_;
  base::seeded_entropy chance_;
  virtual_network wires_;
  virtual_sockets sockets_;
  history history_;
  bootstrap_node bootstrap_;
  virtual_disk server_disk_;
  server_keys server_keys_;
  server_node server_;
  bool server_up_ = false;
  bool at_peace_ = false;
  bool server_gone_ = false; ///< for good
  std::uint64_t server_length_ = 0;
  std::vector<client> clients_;
  std::unique_ptr<virtual_disk> liar_disk_;
  std::uint64_t starts_ = 0;
  std::size_t faults_open_ = 0;
};

} // namespace hyper::actors::sim
