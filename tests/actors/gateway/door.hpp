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

namespace hyper::test {

/// A whole gateway on loopback, in this process, before a log of a few names.
/// Ends with the process.
class gateway_door {
public:
  gateway_door() {
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
      caf::anon_send(writer_, actors::change_name{
                                  {registry::action::put, name, signer_.pub}});
    world_.io().run_for(std::chrono::milliseconds{50});
    actors::gateway::gateway_config how;
    how.where = {{127, 0, 0, 1}, 0};
    how.log = signer_.pub;
    how.index = index_;
    auto where =
        actors::gateway::start_gateway(world_.io(), world_.system(), how);
    HYPER_ASSERT(where.ok());
    port_ = where->port;
  }

  /// Sends `greeting`, then the input in pieces: a byte says how long the next
  /// one is, 0 that the gateway gets its turn. Ends its side, and gives all
  /// that came until the gateway has ended its own: it always has to.
  std::string talk(std::string_view greeting, base::bytes_view input) {
    open();
    std::string heard;
    send(greeting, heard);
    while (!input.empty()) {
      auto size = std::min<std::size_t>(input[0], input.size() - 1);
      send({reinterpret_cast<const char*>(input.data()) + 1, size}, heard);
      if (size == 0)
        turn(heard);
      input = input.subspan(1 + size);
    }
    turn(heard);
    ::shutdown(socket_, SHUT_WR);
    int rounds = 0;
    while (turn(heard)) {
      HYPER_ASSERT(++rounds < rounds_max);
      if (rounds > quick_rounds)
        world_.io().run_one_for(std::chrono::milliseconds{1});
    }
    ::close(socket_);
    return heard;
  }

private:
  // The gateway's own limits of time are 10 s and more: one that waits for
  // them has not seen the end.
  static constexpr int rounds_max = 5000;
  static constexpr int quick_rounds = 50;

  // From ever other addresses: ports of connections that have ended are free
  // again only after a minute.
  void open() {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + ++opened_ % 0xfffff0);
    HYPER_ASSERT(
        ::bind(socket_, reinterpret_cast<sockaddr*>(&here), sizeof here) == 0);
    sockaddr_in there{};
    there.sin_family = AF_INET;
    there.sin_port = htons(port_);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // A signal of libFuzzer's timer may end the call; the connection is made.
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&there), sizeof there) !=
            0 &&
        errno != EINTR) {
      std::perror("connect");
      std::abort();
    }
  }

  void send(std::string_view what, std::string& heard) {
    while (!what.empty()) {
      auto sent = ::send(socket_, what.data(), what.size(),
                         MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent > 0)
        what.remove_prefix(static_cast<std::size_t>(sent));
      else if (errno != EAGAIN || !turn(heard))
        return;
    }
  }

  /// The gateway does what it can; false when it has ended its side.
  bool turn(std::string& heard) {
    world_.io().restart();
    world_.io().poll();
    std::array<char, 65536> piece{};
    while (true) {
      auto got = ::recv(socket_, piece.data(), piece.size(), MSG_DONTWAIT);
      if (got > 0)
        heard.append(piece.data(), static_cast<std::size_t>(got));
      else
        return got < 0 && errno == EAGAIN;
    }
  }

  actors::world world_;
  std::unique_ptr<kv::store> store_ = kv::make_memory_store();
  std::unique_ptr<actors::disk> disk_ = actors::make_inline_disk(*store_);
  base::key_pair signer_;
  actors::index_handle index_;
  actors::log_writer_handle writer_;
  std::uint16_t port_ = 0;
  std::uint32_t opened_ = 0;
  int socket_ = -1;
};

} // namespace hyper::test
