#include "apps/client_session.hpp"

namespace hyper::apps {

int run_client(const options& how) {
  auto trace = tracing::start(how);
  if (!trace)
    return complain(trace.failure());
  (*trace)->enter("client");
  actors::world world;
  actors::system_entropy chance;
  auto disk = open_storage(how.storage, how, chance);
  if (!disk)
    return complain(disk.failure());
  auto outside = open_client_world(world, how);
  if (!outside)
    return complain(outside.failure());
  client_session session{world, how, *disk, (*trace)->instruments()};
  auto started = session.start(*outside, how.server_key, how.core_key,
                               dht_options_of(how));
  if (!started)
    return complain(started.failure());
  world.on_stop([&session] { session.interrupt(); });
  world.run();
  disk->disk.reset();
  return session.exit_code();
}

} // namespace hyper::apps
