#include "actors/world/udp_network.hpp"

#include "actors/world/datagram_batch.hpp"
#include "actors/world/udp_socket.hpp"
#include "net/udx/demux.hpp"

#include <caf/send.hpp>

#include <array>
#include <chrono>
#include <unordered_map>

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

  void start(const packet_sink& rest) override {
    rest_ = rest;
    listen(dht::socket::server);
    listen(dht::socket::client);
  }

  void send(dht::socket via, std::span<const outgoing> datagrams) override {
    if (!stopped_)
      at(via).send(datagrams);
  }

  void claim(std::uint32_t stream_id, const packet_sink& owner) override {
    owners_[stream_id] = owner;
  }

  void release(std::uint32_t stream_id,
               const std::optional<udx::tombstone>& grave) override {
    owners_.erase(stream_id);
    if (grave)
      graves_.bury(now(), *grave);
  }

  bool is_taken(std::uint32_t stream_id) const override {
    return owners_.contains(stream_id) || graves_.contains(stream_id);
  }

  base::endpoint local(dht::socket which) const override {
    return sockets_[index_of(which)].local();
  }

  void stop() override {
    stopped_ = true;
    for (auto& socket : sockets_)
      socket.close();
    owners_.clear();
    rest_ = nullptr;
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

  // One message per receiver and turn, however many datagrams there are.
  void receive(dht::socket via) {
    std::unordered_map<std::uint32_t, std::shared_ptr<datagram_batch>> claimed;
    std::shared_ptr<datagram_batch> rest;
    at(via).receive([&](base::endpoint from, base::bytes_view data) {
      auto id = udx::stream_id_of(data);
      if (id && owners_.contains(*id))
        return add(claimed[*id], via, from, data);
      if (id && graves_.contains(*id))
        return answer_late(via, data);
      add(rest, via, from, data);
    });
    for (auto& [id, batch] : claimed)
      caf::anon_send(owners_.at(id), arrived{std::move(batch)});
    if (rest && rest_)
      caf::anon_send(rest_, arrived{std::move(rest)});
  }

  static void add(std::shared_ptr<datagram_batch>& batch, dht::socket via,
                  const base::endpoint& from, base::bytes_view data) {
    if (!batch)
      batch = std::make_shared<datagram_batch>();
    batch->add(via, from, data);
  }

  void answer_late(dht::socket via, base::bytes_view data) {
    if (auto answer = graves_.handle_datagram(now(), data)) {
      outgoing one{answer->to, answer->datagram};
      at(via).send({&one, 1});
    }
  }

  std::array<udp_socket, 2> sockets_;
  std::unordered_map<std::uint32_t, packet_sink> owners_;
  udx::tombstones graves_;
  packet_sink rest_;
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
