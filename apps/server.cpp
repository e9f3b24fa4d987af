#include "actors/runtime/ask.hpp"
#include "apps/session.hpp"

#include <caf/send.hpp>

#include <cstdio>

namespace hyper::apps {

namespace {

// The keys are shown once clients can find the server, or after this long: a
// bootstrap node may come up later than the server.
constexpr base::duration announce_wait = base::seconds{10};

void print_keys(const actors::server_node& node) {
  std::printf("Registry Server running.\n"
              "Server Public Key: %s\n"
              "Database Core Key: %s\n",
              base::to_text(node.server_key).c_str(),
              base::to_text(node.core_key).c_str());
  std::fflush(stdout);
}

void warn(const std::string& what) {
  std::fprintf(stderr, "Warning: %s\n", what.c_str());
}

void show_when_announced(actors::world& on, const actors::server_node& node) {
  auto show = [node](bool announced) {
    print_keys(node);
    if (!announced)
      warn("no bootstrap node answers; clients cannot find this server yet");
  };
  actors::ask<actors::announced_everything>(
      on.system(), node.swarm, announce_wait, actors::wait_until_announced{},
      [show](const auto&) { show(true); }, [show] { show(false); });
}

} // namespace

int run_server(const options& how) {
  auto trace = tracing::start(how);
  if (!trace)
    return complain(trace.failure());
  (*trace)->enter("server");
  actors::world world;
  actors::system_entropy chance;
  auto disk = open_storage(how.storage, how, chance);
  if (!disk)
    return complain(disk.failure());
  auto outside = open_node_world(world, bind_host(how), how.port);
  if (!outside)
    return complain(outside.failure());
  if (auto done = open_doors(world, how, *outside); !done)
    return complain(done.failure());

  actors::server_options options;
  options.dht = dht_options_of(how);
  options.store = disk->folder.store.get();
  options.disk = disk->disk.get();
  options.keys = actors::derive_server_keys(disk->folder.primary);
  options.names = how.names;
  options.report = warn;
  std::string failure;
  auto node = actors::start_server_node(*outside, options,
                                        [&failure](const std::string& why) {
                                          if (failure.empty())
                                            failure = why;
                                        });
  if (!node)
    return complain(node.failure());

  if (auto done = open_gateway(world, how, node->index, node->core_key,
                               (*trace)->instruments());
      !done) {
    failure = done.failure().message;
    caf::anon_send(node->root, actors::shut_down{});
  } else {
    show_when_announced(world, *node);
  }
  world.on_stop(
      [root = node->root] { caf::anon_send(root, actors::shut_down{}); });
  *node = {};
  world.run();
  disk->disk.reset();
  return failure.empty() ? exit_done : complain({base::errc::io, failure});
}

} // namespace hyper::apps
