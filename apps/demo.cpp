#include "actors/runtime/ask.hpp"
#include "apps/client_session.hpp"

#include <caf/send.hpp>

#include <cstdio>
#include <filesystem>

namespace hyper::apps {

namespace {

constexpr base::duration announce_wait = base::seconds{10};

/// A folder that goes when the demo ends.
class scratch_folder {
public:
  scratch_folder() {
    auto form =
        (std::filesystem::temp_directory_path() / "hyper-registry-XXXXXX")
            .string();
    if (::mkdtemp(form.data()) != nullptr)
      path_ = form;
  }
  ~scratch_folder() {
    std::error_code ignored;
    if (!path_.empty())
      std::filesystem::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  const std::string& path() const { return path_; }

private:
  std::string path_;
};

void greet(const actors::server_node& node) {
  std::fprintf(stderr,
               "A bootstrap node, a server and a client run in this process.\n"
               "Server Public Key: %s\nDatabase Core Key: %s\n"
               "Try: register melvin, lookup melvin, list, help, exit\n",
               base::to_text(node.server_key).c_str(),
               base::to_text(node.core_key).c_str());
}

/// The three nodes, started one after the other and ended the other way round.
class demo {
public:
  demo(tracing& trace, actors::world& world, const options& how,
       storage& server, storage& client)
      : trace_(trace), world_(world), server_(server),
        session_(world, how, client) {
    names_ = how.names;
  }

  base::status start() {
    auto outside = open_node_world(world_, bootstrap_default.host, 0);
    if (!outside)
      return outside.failure();
    trace_.enter("bootstrap");
    dht_.bootstrap = {outside->net->local(dht::socket::server)};
    bootstrap_ =
        actors::start_bootstrap_node(*outside, [](const auto&) {}).root;
    return start_server();
  }

  void interrupt() { session_.interrupt(); }
  int exit_code() const { return session_.exit_code(); }

private:
  base::status start_server() {
    auto outside = open_node_world(world_, bootstrap_default.host, 0);
    if (!outside)
      return outside.failure();
    actors::server_options options;
    options.dht = dht_;
    options.store = server_.folder.store.get();
    options.disk = server_.disk.get();
    options.keys = actors::derive_server_keys(server_.folder.primary);
    options.names = names_;
    trace_.enter("server");
    auto node =
        actors::start_server_node(*outside, options, [this](const auto&) {
          caf::anon_send(bootstrap_, actors::shut_down{});
          bootstrap_ = nullptr;
        });
    if (!node)
      return node.failure();
    root_ = node->root;
    session_.on_end([this] {
      caf::anon_send(root_, actors::shut_down{});
      root_ = nullptr;
    });
    auto go_on = [this, node = *node] { start_client(node); };
    actors::ask<actors::announced_everything>(
        world_.system(), node->swarm, announce_wait,
        actors::wait_until_announced{}, [go_on](const auto&) { go_on(); },
        go_on);
    return base::unit{};
  }

  void start_client(const actors::server_node& node) {
    auto outside = open_node_world(world_, bootstrap_default.host, 0);
    trace_.enter("client");
    if (at_terminal())
      greet(node);
    auto started =
        outside ? session_.start(*outside, node.server_key, node.core_key, dht_)
                : base::status{outside.failure()};
    trace_.enter(""); // what comes now belongs to whom it has to do with
    if (!started) {
      complain(started.failure());
      caf::anon_send(root_, actors::shut_down{});
    }
  }

  tracing& trace_;
  actors::world& world_;
  storage& server_;
  registry::name_policy names_ = registry::name_policy::strict;
  actors::dht_options dht_;
  client_session session_;
  actors::supervisor_handle bootstrap_;
  actors::supervisor_handle root_;
};

} // namespace

int run_demo(const options& how) {
  scratch_folder folder;
  auto trace = tracing::start(how);
  if (!trace)
    return complain(trace.failure());
  actors::world world;
  actors::system_entropy chance;
  auto server = open_storage(folder.path() + "/server", how, chance);
  auto client = open_storage(folder.path() + "/client", how, chance);
  if (!server || !client)
    return complain(server ? client.failure() : server.failure());
  demo all{**trace, world, how, *server, *client};
  if (auto started = all.start(); !started)
    return complain(started.failure());
  world.on_stop([&all] { all.interrupt(); });
  world.run();
  server->disk.reset();
  client->disk.reset();
  return all.exit_code();
}

} // namespace hyper::apps
