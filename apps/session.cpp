#include "apps/session.hpp"

#include "actors/gateway/gateway.hpp"
#include "actors/world/websocket_network.hpp"
#include "apps/open_files.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

namespace hyper::apps {

namespace {

// The public network's bootstrap nodes, as everybody has them built in.
constexpr std::array<base::endpoint, 3> public_nodes = {{
    {{88, 99, 3, 86}, 49737},
    {{142, 93, 90, 113}, 49737},
    {{138, 68, 147, 8}, 49737},
}};

// That the doors may open, all at once.
std::size_t sockets_of(const options& how) {
  std::size_t out = 0;
  if (how.websocket)
    out += actors::websockets_max;
  if (how.http)
    out += actors::gateway::limits{}.connections + actors::gateway::refused_max;
  return out;
}

// From the start of the loop's clock.
base::duration to_1970() {
  using namespace std::chrono;
  return duration_cast<base::duration>(system_clock::now().time_since_epoch()) -
         duration_cast<base::duration>(steady_clock::now().time_since_epoch());
}

} // namespace

int complain(const base::error& problem) {
  std::fprintf(stderr, "Error: %s\n", problem.message.c_str());
  return exit_unusable;
}

base::result<storage> open_storage(const std::string& folder,
                                   const options& how, base::entropy& chance) {
  auto opened = actors::open_store_folder(folder, how.primary_key_file, chance);
  if (!opened)
    return opened.failure();
  storage out;
  out.folder = std::move(opened).value();
  out.disk = actors::make_thread_disk(*out.folder.store);
  return out;
}

base::result<actors::node_world>
open_node_world(actors::world& on, const base::fixed_bytes<4>& host,
                std::uint16_t port) {
  auto net = actors::open_udp_network(on.io(), {host, port});
  if (!net)
    return net.failure();
  actors::node_world out;
  out.system = &on.system();
  out.net = std::move(net).value();
  out.chance = std::make_shared<actors::system_entropy>();
  out.to_1970 = to_1970();
  return out;
}

base::result<actors::node_world> open_client_world(actors::world& on,
                                                   const options& how) {
  if (how.via.empty())
    return open_node_world(on, bind_host(how), 0);
  auto sockets = actors::open_websocket_network(on.io(), std::nullopt);
  if (!sockets)
    return sockets.failure();
  actors::node_world out;
  out.system = &on.system();
  out.sockets = std::move(sockets).value();
  out.chance = std::make_shared<actors::system_entropy>();
  out.to_1970 = to_1970();
  return out;
}

base::status open_doors(actors::world& on, const options& how,
                        actors::node_world& outside) {
  if (!how.websocket)
    return base::unit{};
  allow_sockets(sockets_of(how));
  auto sockets = actors::open_websocket_network(on.io(), how.websocket);
  if (!sockets)
    return sockets.failure();
  outside.sockets = std::move(sockets).value();
  auto where = outside.sockets->local(dht::socket::server);
  std::fprintf(stderr, "WebSocket: ws://%s\n", base::to_text(where).c_str());
  return base::unit{};
}

base::status open_gateway(actors::world& on, const options& how,
                          const actors::index_handle& index,
                          const base::public_key& log,
                          const actors::gateway::instruments& tools) {
  if (!how.http)
    return base::unit{};
  actors::gateway::gateway_config config;
  config.where = *how.http;
  config.who.loopback_only = base::is_loopback(how.http->host);
  config.who.token = how.http_token;
  config.log = log;
  config.index = index;
  config.tools = tools;
  allow_sockets(sockets_of(how));
  auto where = actors::gateway::start_gateway(on.io(), on.system(), config);
  if (!where)
    return where.failure();
  std::fprintf(stderr, "HTTP: http://%s/\n", base::to_text(*where).c_str());
  return base::unit{};
}

actors::dht_options dht_options_of(const options& how) {
  actors::dht_options out;
  out.bootstrap = how.bootstrap;
  out.claim_open = !how.firewalled;
  if (how.public_network)
    out.bootstrap.insert(out.bootstrap.end(), public_nodes.begin(),
                         public_nodes.end());
  return out;
}

} // namespace hyper::apps
