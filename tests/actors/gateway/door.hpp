#pragma once

#include "actors/gateway/gateway.hpp"
#include "actors/index.hpp"
#include "actors/log_writer.hpp"
#include "actors/world/disk.hpp"
#include "actors/world/world.hpp"
#include "base/assert.hpp"
#include "store/log/keys.hpp"
#include "store/log/open.hpp"

#include <caf/send.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace hyper::test {

/// A whole gateway on loopback, in this process, before a log of a few names.
class gateway_door {
public:
  explicit gateway_door(const actors::gateway::limits& bounds = {}) {
    signer_ = base::make_key_pair({});
    auto log =
        log::open_writer(*store_, log::single_signer_manifest(signer_.pub));
    HYPER_ASSERT(log.ok());
    actors::index_config reading;
    reading.store = store_.get();
    reading.is_source = true;
    reading.log = {log->current, true, log->blocks.contiguous()};
    index_ = actors::spawn_state<actors::index>(world_.system(), reading);
    writer_ = actors::spawn_state<actors::log_writer>(
        world_.system(),
        actors::log_writer_config{store_.get(),
                                  disk_.get(),
                                  *log,
                                  signer_,
                                  registry::name_policy::any,
                                  {}},
        index_);
    for (const auto* name : {"alice", "b/\"b", "\xff", "<c>"})
      put(name);
    world_.io().run_for(std::chrono::milliseconds{50});
    actors::gateway::gateway_config how;
    how.where = {{127, 0, 0, 1}, 0};
    how.log = signer_.pub;
    how.index = index_;
    how.bounds = bounds;
    how.tools.meter = &meter_;
    auto where =
        actors::gateway::start_gateway(world_.io(), world_.system(), how);
    HYPER_ASSERT(where.ok());
    port_ = where->port;
  }

  ~gateway_door() {
    caf::anon_send(writer_, actors::shut_down{});
    caf::anon_send(index_, actors::shut_down{});
    turn();
  }

  gateway_door(const gateway_door&) = delete;
  gateway_door& operator=(const gateway_door&) = delete;

  /// Somebody registers that name; it is written in one of the next turns.
  void put(const std::string& name) {
    caf::anon_send(writer_, actors::change_name{
                                {registry::action::put, name, signer_.pub}});
  }

  std::uint16_t port() const { return port_; }

  /// How many connections of that kind there are, as the metrics tell.
  int guests(const std::string& kind) {
    auto text = meter_.render({});
    auto line = "\nhyper_registry_http_connections{kind=\"" + kind + "\"} ";
    auto at = text.find(line);
    return at == std::string::npos ? 0
                                   : std::stoi(text.substr(at + line.size()));
  }

  /// The gateway does what it can do now.
  void turn() {
    world_.io().restart();
    world_.io().poll();
  }

  /// The same, and waits a little if there is nothing.
  void wait() {
    world_.io().restart();
    world_.io().run_one_for(std::chrono::milliseconds{1});
  }

private:
  actors::metrics::meter meter_;
  actors::world world_;
  std::unique_ptr<kv::store> store_ = kv::make_memory_store();
  std::unique_ptr<actors::disk> disk_ = actors::make_inline_disk(*store_);
  base::key_pair signer_;
  actors::index_handle index_;
  actors::log_writer_handle writer_;
  std::uint16_t port_ = 0;
};

/// One connection to it, a raw socket. `window`: bytes that it takes without
/// reading, 0 for what is usual.
class gateway_caller {
public:
  explicit gateway_caller(gateway_door& door, int window = 0) : door_(door) {
    // From ever other addresses: ports of connections that have ended are free
    // again only after a minute.
    static std::uint32_t opened = 0;
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (window > 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + ++opened % 0xfffff0);
    HYPER_ASSERT(
        ::bind(socket_, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0);
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(door.port());
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // A signal of libFuzzer's timer may end the call; the connection is made.
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&there), sizeof there) !=
            0 &&
        errno != EINTR) {
      std::perror("connect");
      std::abort();
    }
  }

  ~gateway_caller() { ::close(socket_); }
  gateway_caller(const gateway_caller&) = delete;
  gateway_caller& operator=(const gateway_caller&) = delete;

  /// Sends what the socket takes, and reads nothing; gives the rest.
  std::string_view post(std::string_view what) {
    while (!what.empty()) {
      auto sent = ::send(socket_, what.data(), what.size(),
                         MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent <= 0)
        break;
      what.remove_prefix(static_cast<std::size_t>(sent));
    }
    return what;
  }

  /// Sends it all, unless the gateway ends the connection.
  void send(std::string_view what) {
    while (!(what = post(what)).empty())
      if (errno != EAGAIN || !turn())
        return;
  }

  void end() { ::shutdown(socket_, SHUT_WR); }

  /// The gateway does what it can; false when it has ended its side.
  bool turn() {
    door_.turn();
    return read();
  }

  /// Takes what has come; false when the gateway has ended its side.
  bool read() {
    std::array<char, 65536> piece{};
    while (!ended_) {
      auto got = ::recv(socket_, piece.data(), piece.size(), MSG_DONTWAIT);
      if (got > 0)
        heard_.append(piece.data(), static_cast<std::size_t>(got));
      else if (got < 0 && errno == EAGAIN)
        break;
      else
        ended_ = true;
    }
    return !ended_;
  }

  bool has_ended() const { return ended_; }
  const std::string& heard() const { return heard_; }

private:
  gateway_door& door_;
  int socket_ = -1;
  std::string heard_;
  bool ended_ = false;
};

} // namespace hyper::test
