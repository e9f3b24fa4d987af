// dht-driver: HyperDHT on two UDP sockets of 127.0.0.1, for the tests against
// the original. One thread, one poll(); no more of UDX than one packet each
// way.
//
//   dht-driver bootstrap PORT
//   dht-driver server SEED BOOTSTRAP-PORT [firewalled]
//   dht-driver client SEED SERVER-KEY BOOTSTRAP-PORT [firewalled]
//   dht-driver find TOPIC BOOTSTRAP-PORT
//
// A server prints "listening KEY"; both print "message TEXT" for the first
// message of the peer. A server announces the topic that is the hash of its
// key's text. Everything ends with the first message, or after 30 s.

#include "base/text.hpp"
#include "net/dht/hyperdht.hpp"
#include "net/secret_stream/stream.hpp"
#include "net/udx/packet.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using namespace hyper;

class system_entropy final : public base::entropy {
public:
  void fill(base::mutable_bytes out) override {
    if (::getrandom(out.data(), out.size(), 0) != ssize_t(out.size()))
      std::abort();
  }
};

base::instant clock_now() {
  auto since = std::chrono::steady_clock::now().time_since_epoch();
  return base::instant{std::chrono::duration_cast<base::duration>(since)};
}

sockaddr_in address_of(const base::endpoint& where) {
  sockaddr_in raw{};
  raw.sin_family = AF_INET;
  raw.sin_port = htons(where.port);
  std::memcpy(&raw.sin_addr, where.host.data(), 4);
  return raw;
}

base::endpoint endpoint_of(const sockaddr_in& raw) {
  base::endpoint where;
  std::memcpy(where.host.data(), &raw.sin_addr, 4);
  where.port = ntohs(raw.sin_port);
  return where;
}

base::endpoint loopback(std::uint16_t port) {
  return {{127, 0, 0, 1}, port};
}

class udp_socket {
public:
  explicit udp_socket(std::uint16_t port)
      : handle_(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    auto local = address_of(loopback(port));
    if (::bind(handle_, reinterpret_cast<sockaddr*>(&local), sizeof local) != 0)
      std::abort();
  }

  int handle() const { return handle_; }

  std::uint16_t port() const {
    sockaddr_in local{};
    socklen_t size = sizeof local;
    ::getsockname(handle_, reinterpret_cast<sockaddr*>(&local), &size);
    return endpoint_of(local).port;
  }

  void send(const base::endpoint& to, base::bytes_view raw) {
    auto remote = address_of(to);
    static_cast<void>(::sendto(handle_, raw.data(), raw.size(), 0,
                               reinterpret_cast<sockaddr*>(&remote),
                               sizeof remote));
  }

  std::optional<base::endpoint> receive(base::bytes& into) {
    into.resize(dht::datagram_size_max);
    sockaddr_in from{};
    socklen_t size = sizeof from;
    auto count = ::recvfrom(handle_, into.data(), into.size(), 0,
                            reinterpret_cast<sockaddr*>(&from), &size);
    if (count < 0)
      return std::nullopt;
    into.resize(static_cast<std::size_t>(count));
    return endpoint_of(from);
  }

private:
  int handle_;
};

/// The stream of one connection, as far as one message needs it.
struct conversation {
  dht::link way;
  std::optional<secret_stream::stream> stream;
  base::bytes sent;
  std::uint32_t expected = 0;
};

class driver {
public:
  driver(dht::hyperdht_config how, std::uint16_t port)
      : server_(port), client_(0),
        machine_(with_sockets(std::move(how)), chance_, clock_now()) {}

  dht::hyperdht& machine() { return machine_; }

  /// Until something has been said, 0, or has gone wrong, 1.
  int run() {
    auto end = clock_now() + base::seconds{30};
    while (!result_ && clock_now() < end)
      turn(end);
    return result_.value_or(1);
  }

private:
  dht::hyperdht_config with_sockets(dht::hyperdht_config how) {
    how.host = {127, 0, 0, 1};
    how.node.server_port = server_.port();
    return how;
  }

  udp_socket& at(dht::socket which) {
    return which == dht::socket::server ? server_ : client_;
  }

  void turn(base::instant end) {
    drain();
    auto next = std::min(machine_.poll_timeout().value_or(end), end);
    auto wait =
        std::chrono::ceil<std::chrono::milliseconds>(next - clock_now());
    pollfd ready[2] = {{server_.handle(), POLLIN, 0},
                       {client_.handle(), POLLIN, 0}};
    ::poll(ready, 2, std::max(0, static_cast<int>(wait.count())));
    receive(dht::socket::server);
    receive(dht::socket::client);
    machine_.handle_timeout(clock_now());
    drain();
  }

  void receive(dht::socket via) {
    base::bytes raw;
    while (auto from = at(via).receive(raw)) {
      if (auto packet = udx::decode(raw))
        handle_packet(via, *from, packet->head.stream_id, raw);
      else
        machine_.handle_datagram(clock_now(), via, *from, raw);
      drain(); // the next datagram may be for the stream that this one began
    }
  }

  void handle_packet(dht::socket via, const base::endpoint& from,
                     std::uint32_t id, base::bytes_view raw) {
    if (talk_ && talk_->way.local_stream == id)
      return read(*udx::decode(raw));
    machine_.handle_stream_packet(clock_now(), via, from, id, raw);
  }

  void drain() {
    while (auto next = machine_.poll_transmit())
      at(next->via).send(next->to, next->datagram);
    while (auto next = machine_.poll_event())
      std::visit([this](auto& what) { handle(what); }, *next);
    std::fflush(stdout);
  }

  template <class Event>
  void handle(Event&) {}

  void handle(dht::listening& what) {
    std::printf("listening %s\n", base::to_text(what.key).c_str());
  }

  void handle(dht::announced& what) {
    std::printf("announced %s at %zu\n", base::to_hex(what.target).c_str(),
                what.nodes);
  }

  void handle(dht::peer_found& what) {
    std::printf("found %s\n", base::to_text(what.peer.key).c_str());
    result_ = 0;
  }

  void handle(dht::connect_failed& what) {
    std::printf("failed %d\n", static_cast<int>(what.why));
    result_ = 1;
  }

  void handle(dht::connected& what) { begin("connected", what.link); }
  void handle(dht::accepted& what) { begin("accepted", what.link); }

  void begin(const char* verb, dht::link& way) {
    std::printf("%s %s early %zu via %s\n", verb,
                base::to_text(way.session.remote).c_str(), way.early.size(),
                way.via == dht::socket::server ? "server" : "client");
    talk_.emplace();
    talk_->stream.emplace(way.session, secret_stream::config{}, chance_,
                          clock_now());
    static_cast<void>(
        talk_->stream->send(clock_now(), base::as_bytes("hello from ours")));
    talk_->sent = talk_->stream->poll_transmit().value_or(base::bytes{});
    talk_->way = std::move(way);
    write(udx::flag::data, 0, talk_->sent);
    for (const auto& packet : std::exchange(talk_->way.early, {}))
      if (auto view = udx::decode(packet))
        read(*view);
  }

  void write(std::uint8_t flags, std::uint32_t seq, base::bytes_view payload) {
    udx::header head;
    head.flags = flags;
    head.stream_id = talk_->way.remote_stream;
    head.window = 0x400000;
    head.seq = static_cast<udx::seq_number>(seq);
    head.ack = static_cast<udx::seq_number>(talk_->expected);
    base::bytes raw;
    udx::encode_padded(head, payload, raw);
    at(talk_->way.via).send(talk_->way.remote, raw);
  }

  void read(const udx::packet_view& packet) {
    if (!packet.has(udx::flag::data) ||
        packet.head.seq != static_cast<udx::seq_number>(talk_->expected))
      return;
    ++talk_->expected;
    write(0, 1, {});
    talk_->stream->handle_bytes(clock_now(), packet.payload);
    while (auto event = talk_->stream->poll_event())
      if (auto* message = std::get_if<secret_stream::message>(&*event)) {
        std::printf("message %s\n",
                    std::string{base::as_text(message->plain)}.c_str());
        result_ = 0;
      }
  }

  system_entropy chance_;
  udp_socket server_;
  udp_socket client_;
  dht::hyperdht machine_;
  std::optional<conversation> talk_;
  std::optional<int> result_;
};

base::key_pair key_of(const char* seed) {
  return base::make_key_pair(base::blake2b(base::as_bytes(seed)));
}

dht::hyperdht_config with_bootstrap(const char* port, bool firewalled) {
  dht::hyperdht_config how;
  how.node.bootstrap = {loopback(static_cast<std::uint16_t>(std::atoi(port)))};
  how.claim_open = !firewalled;
  return how;
}

int run_bootstrap(const char* port_text) {
  auto port = static_cast<std::uint16_t>(std::atoi(port_text));
  dht::hyperdht_config how;
  how.node.role = dht::role::persistent;
  how.node.address = loopback(port);
  how.node.firewalled = false;
  driver node{std::move(how), port};
  std::printf("ready\n");
  std::fflush(stdout);
  node.run();
  return 0;
}

int run_server(const char* seed, const char* port, bool firewalled) {
  driver node{with_bootstrap(port, firewalled), 0};
  auto key = key_of(seed);
  node.machine().listen(clock_now(), key);
  auto topic = base::blake2b(base::as_bytes(base::to_text(key.pub)));
  node.machine().join(clock_now(), topic, {key, false});
  return node.run();
}

int run_client(const char* seed, const char* remote, const char* port,
               bool firewalled) {
  driver node{with_bootstrap(port, firewalled), 0};
  auto key = base::parse_key(remote);
  if (!key)
    return 2;
  node.machine().connect(clock_now(), key_of(seed), *key);
  return node.run();
}

int run_find(const char* topic, const char* port) {
  driver node{with_bootstrap(port, false), 0};
  auto key = base::parse_key(topic);
  if (!key)
    return 2;
  node.machine().join(clock_now(), *key, {std::nullopt, true});
  return node.run();
}

} // namespace

int main(int argc, char** argv) {
  auto firewalled = argc > 1 && std::string{argv[argc - 1]} == "firewalled";
  auto count = argc - (firewalled ? 1 : 0);
  std::string role = count > 1 ? argv[1] : "";
  if (role == "bootstrap" && count == 3)
    return run_bootstrap(argv[2]);
  if (role == "server" && count == 4)
    return run_server(argv[2], argv[3], firewalled);
  if (role == "client" && count == 5)
    return run_client(argv[2], argv[3], argv[4], firewalled);
  if (role == "find" && count == 4)
    return run_find(argv[2], argv[3]);
  std::fputs("usage: dht-driver bootstrap|server|client|find ...\n", stderr);
  return 2;
}
