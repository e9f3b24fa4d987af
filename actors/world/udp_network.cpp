#include "actors/world/udp_network.hpp"

#include "actors/world/packet_router.hpp"
#include "actors/world/udp_socket.hpp"

#include <array>
#include <chrono>

namespace hyper::actors {

namespace {

base::instant now() {
  auto since = std::chrono::steady_clock::now().time_since_epoch();
  return base::instant{std::chrono::duration_cast<base::duration>(since)};
}

class udp_network final : public network,
                          public std::enable_shared_from_this<udp_network> {
public:
  udp_network(udp_socket server, udp_socket client)
      : sockets_{std::move(server), std::move(client)} {}

  transport::carrier carries() const override {
    return transport::carrier::datagrams;
  }

  void start(const packet_sink& rest) override {
    router_.start(rest);
    listen(dht::socket::server);
    listen(dht::socket::client);
  }

  void send(dht::socket via, std::span<const outgoing> datagrams) override {
    if (!stopped_)
      at(via).send(datagrams);
  }

  void claim(std::uint32_t stream_id, const packet_sink& owner) override {
    router_.claim(stream_id, owner);
  }

  void release(std::uint32_t stream_id,
               const std::optional<udx::tombstone>& grave) override {
    router_.release(now(), stream_id, grave);
  }

  bool is_taken(std::uint32_t stream_id) const override {
    return router_.is_taken(stream_id);
  }

  base::endpoint local(dht::socket which) const override {
    return sockets_[index_of(which)].local();
  }

  void stop() override {
    stopped_ = true;
    for (auto& socket : sockets_)
      socket.close();
    router_.stop();
  }

private:
  static std::size_t index_of(dht::socket which) {
    return which == dht::socket::server ? 0 : 1;
  }

  udp_socket& at(dht::socket which) { return sockets_[index_of(which)]; }

  void listen(dht::socket which) {
    at(which).wait([self = shared_from_this(), which] {
      self->receive(which);
      if (!self->stopped_)
        self->listen(which);
    });
  }

  void receive(dht::socket via) {
    at(via).receive([&](base::endpoint from, base::bytes_view data) {
      auto late = router_.take(now(), via, from, data);
      if (!late)
        return;
      outgoing one{late->to, late->datagram};
      at(via).send({&one, 1});
    });
    router_.hand_over();
  }

  std::array<udp_socket, 2> sockets_;
  packet_router router_;
  bool stopped_ = false;
};

} // namespace

base::result<std::shared_ptr<network>>
open_udp_network(boost::asio::io_context& io, const udp_network_config& how) {
  auto server = udp_socket::bind(io, {how.host, how.server_port});
  if (!server)
    return server.failure();
  auto client = udp_socket::bind(io, {how.host, 0});
  if (!client)
    return client.failure();
  std::shared_ptr<network> made = std::make_shared<udp_network>(
      std::move(server).value(), std::move(client).value());
  return made;
}

} // namespace hyper::actors
