#pragma once

#include "actors/repl/repl.hpp"
#include "apps/session.hpp"
#include "apps/terminal.hpp"

#include <memory>

namespace hyper::apps {

/// A client node with its REPL, from the first line to the last.
class client_session {
public:
  /// The world, the store and the disk must outlive the session.
  client_session(actors::world& world, const options& how, const storage& disk,
                 const actors::gateway::instruments& tools = {});
  ~client_session();

  /// Starts the node. Fails if the store holds something else.
  base::status start(const actors::node_world& outside,
                     const base::public_key& server_key,
                     const base::public_key& core_key,
                     const actors::dht_options& dht);

  /// Ctrl-C and SIGTERM.
  void interrupt();

  /// Called on the loop when everything of the client has ended.
  void on_end(std::function<void()> then) { then_ = std::move(then); }

  int exit_code() const;

private:
  void start_repl(const actors::client_node& node);
  std::vector<std::string> complete(const std::string& head) const;
  void end(actors::exit_code code);

  actors::world& world_;
  const options& how_;
  const storage& disk_;
  actors::gateway::instruments tools_;
  actors::supervisor_handle root_;
  actors::repl_handle repl_;
  std::unique_ptr<line_source> lines_;
  std::function<void()> then_;
  std::string failure_;
  int code_ = exit_done;
  bool ending_ = false;
};

} // namespace hyper::apps
