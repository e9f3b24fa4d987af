#include "apps/session.hpp"

#include <caf/send.hpp>

#include <cstdio>

namespace hyper::apps {

int run_bootstrap(const options& how) {
  auto trace = tracing::start(how);
  if (!trace)
    return complain(trace.failure());
  (*trace)->enter("bootstrap");
  actors::world world;
  auto host = how.host.value_or(bootstrap_default.host);
  auto outside = open_node_world(world, host, how.port);
  if (!outside)
    return complain(outside.failure());
  std::string failure;
  auto node = actors::start_bootstrap_node(
      *outside, [&failure](const std::string& why) { failure = why; });
  auto where = outside->net->local(dht::socket::server);
  std::printf("Bootstrap node running on %s\n", base::to_text(where).c_str());
  std::fflush(stdout);
  world.on_stop(
      [root = node.root] { caf::anon_send(root, actors::shut_down{}); });
  node = {};
  world.run();
  return failure.empty() ? exit_done : complain({base::errc::io, failure});
}

} // namespace hyper::apps
