#pragma once

#include "actors/world/world.hpp"
#include "base/assert.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace hyper::test {

/// Something of this process that listens on loopback, on a loop of its own.
class door {
public:
  door() = default;
  virtual ~door() = default;
  door(const door&) = delete;
  door& operator=(const door&) = delete;

  virtual std::uint16_t port() const = 0;

  boost::asio::io_context& io() { return world_.io(); }

  /// It does what it can do now.
  void turn() {
    io().restart();
    io().poll();
  }

  /// The same, and waits a little if there is nothing.
  void wait() {
    io().restart();
    io().run_one_for(std::chrono::milliseconds{1});
  }

protected:
  actors::world world_;
};

/// A request to open a WebSocket there.
inline std::string upgrade_to(const std::string& target) {
  return "GET " + target +
         " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
         "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
}

/// One connection to a door, a raw socket. `window`: bytes that it takes
/// without reading, 0 for what is usual.
class caller {
public:
  explicit caller(door& door, int window = 0) : door_(door) {
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

  ~caller() { ::close(socket_); }
  caller(const caller&) = delete;
  caller& operator=(const caller&) = delete;

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

  /// Sends it all, unless the door ends the connection.
  void send(std::string_view what) {
    while (!(what = post(what)).empty())
      if (errno != EAGAIN || !turn())
        return;
  }

  void end() { ::shutdown(socket_, SHUT_WR); }

  /// The door does what it can; false when it has ended its side.
  bool turn() {
    door_.turn();
    return read();
  }

  /// Takes what has come; false when the door has ended its side.
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
  door& door_;
  int socket_ = -1;
  std::string heard_;
  bool ended_ = false;
};

} // namespace hyper::test
