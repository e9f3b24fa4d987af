#define CAF_SUITE actors_websocket

#include "tests/actors/websocket_door.hpp"

#include "actors/world/tcp_acceptor.hpp"
#include "tests/actors/waiting.hpp"

#include <boost/asio/write.hpp>
#include <caf/test/unit_test.hpp>

#include <vector>

// The door of `--ws`, and the way of `--via`, on real sockets: whoever breaks a
// limit is cut off before a limit of time would end it.

using namespace hyper;
using test::websocket_door;

namespace {

const std::string upgrade = test::upgrade_to("/");

/// What a server on loopback says to whoever connects; then again and again
/// what follows, until it is cut off.
struct hostile_server {
  hostile_server(boost::asio::io_context& io, std::string say,
                 std::string forever)
      : first(std::move(say)), rest(std::move(forever)) {
    door = *actors::tcp_acceptor::open(io, {{127, 0, 0, 1}, 0}, "a test");
    door->start([this](boost::asio::ip::tcp::socket one) {
      socket.emplace(std::move(one));
      write(first);
    });
  }

  ~hostile_server() { door->stop(); }

  void write(const std::string& what) {
    boost::asio::async_write(
        *socket, boost::asio::buffer(what),
        [this](const boost::system::error_code& problem, std::size_t) {
          if (!problem && !rest.empty())
            write(rest);
        });
  }

  std::string url() const { return base::to_text(door->local()); }

  std::string first;
  std::string rest;
  std::shared_ptr<actors::tcp_acceptor> door;
  std::optional<boost::asio::ip::tcp::socket> socket;
};

std::string said_to(websocket_door& door, const std::string& request) {
  test::caller caller{door};
  caller.send(request);
  test::wait_for(door, caller, "\r\n\r\n");
  return caller.heard().substr(0, 12);
}

// The upgrade, with that in it in place of what it has.
std::string with(std::string_view old, std::string_view fresh) {
  auto out = upgrade;
  auto at = out.find(old);
  CAF_REQUIRE(at != std::string::npos);
  return out.replace(at, old.size(), fresh);
}

} // namespace

CAF_TEST(what is no upgrade is told so) {
  websocket_door door;
  auto host = [](std::string_view what) {
    return with("Host: localhost\r\n", what);
  };
  constexpr auto opened = "HTTP/1.1 101";
  constexpr auto malformed = "HTTP/1.1 400";
  constexpr auto other = "HTTP/1.1 426";
  CAF_CHECK_EQUAL(said_to(door, upgrade), opened);
  CAF_CHECK_EQUAL(said_to(door, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), other);
  CAF_CHECK_EQUAL(said_to(door, with("Version: 13", "Version: 8")), other);
  CAF_CHECK_EQUAL(said_to(door, with("AAA==", "AA")), other);
  CAF_CHECK_EQUAL(said_to(door, "nonsense\r\n\r\n"), malformed);
  CAF_CHECK_EQUAL(said_to(door, host("")), malformed);
  CAF_CHECK_EQUAL(said_to(door, host("Host: a\r\nHost: a\r\n")), malformed);
  CAF_CHECK_EQUAL(said_to(door, host("Host: a b\r\n")), malformed);
  CAF_CHECK_EQUAL(
      said_to(door,
              host("Host: a\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n"),
      malformed);
  CAF_CHECK_EQUAL(said_to(door, upgrade + "x"), malformed);
  // Lists in pieces, and what proxies and browsers add.
  CAF_CHECK_EQUAL(
      said_to(door, with("Connection: Upgrade",
                         "Connection: keep-alive\r\nConnection: Upgrade")),
      opened);
  auto cookie = [&](std::size_t size) {
    return host("Host: a\r\nCookie: " + std::string(size, 'c') + "\r\n");
  };
  CAF_CHECK_EQUAL(said_to(door, cookie(7'500)), opened);
  CAF_CHECK_EQUAL(said_to(door, cookie(8'500)), "HTTP/1.1 431");
}

CAF_TEST(a header in front of a WebSocket has a bound) {
  const std::string chunked = "GET / HTTP/1.1\r\nHost: localhost\r\n"
                              "Transfer-Encoding: chunked\r\n\r\n0\r\n";
  for (const auto& [begin, more] :
       std::vector<std::pair<std::string, std::string>>{
           {"GET / HTTP/1.1\r\n", "X: y\r\n"},
           {"GET / HTTP/1.1\r\n", "y"},
           {chunked, "X: y\r\n"},
           {chunked + "X: ", "y"},
           {"GET / HTTP/1.1\r\nHost: localhost\r\n"
            "Transfer-Encoding: chunked\r\n\r\n0;",
            "y"}}) {
    websocket_door door;
    test::caller caller{door};
    caller.send(begin);
    for (int i = 0; i < 70'000 && !caller.has_ended(); ++i) {
      caller.post(more);
      if (i % 1000 == 0)
        caller.turn();
    }
    test::wait_for(door, caller);
    CAF_CHECK(caller.has_ended());
  }
}

CAF_TEST(there are so many WebSockets at once) {
  websocket_door door{3};
  std::vector<std::unique_ptr<test::caller>> callers;
  for (int i = 0; i < 5; ++i) {
    callers.push_back(std::make_unique<test::caller>(door));
    callers.back()->send(upgrade);
    door.wait();
  }
  for (int i = 0; i < 5; ++i)
    test::wait_for(door, *callers[static_cast<std::size_t>(i)], "\r\n\r\n");
  for (std::size_t i = 0; i < 5; ++i) {
    CAF_CHECK_EQUAL(callers[i]->heard().starts_with("HTTP/1.1 101"), i < 3);
    CAF_CHECK_EQUAL(callers[i]->has_ended(), i >= 3);
  }
  // One that leaves makes room.
  callers.front().reset();
  bool is_in = false;
  for (int i = 0; i < 100 && !is_in; ++i) {
    test::caller next{door};
    next.send(upgrade);
    test::wait_for(door, next, "\r\n\r\n");
    is_in = next.heard().starts_with("HTTP/1.1 101");
  }
  CAF_CHECK(is_in);
}

CAF_TEST(a message of the handshake has a bound) {
  websocket_door door;
  test::caller caller{door};
  caller.send(upgrade);
  test::wait_for(door, caller, "\r\n\r\n");
  // A frame that announces 1,025 bytes of the handshake: 3 bytes, not masked
  // by the mask of zeros.
  caller.send({"\x82\x83\x00\x00\x00\x00\x01\x04\x00", 9});
  test::wait_for(door, caller);
  CAF_CHECK(caller.has_ended());
  CAF_CHECK_EQUAL(door.seen().proven, 0u);
}

CAF_TEST(a server is given up that is no WebSocket) {
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  for (const auto& [begin, more] :
       std::vector<std::pair<std::string, std::string>>{
           {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", ""},
           {"nonsense\r\n\r\n", ""},
           {"HTTP/1.1 101 \r\n", "X: y\r\n"},
           {"HTTP/1.1 200 OK\r\n\r\n", "endless body"},
           {chunked, "X: y\r\n"},
           {chunked + "X: ", std::string(10'000, 'y')}}) {
    websocket_door listening;
    hostile_server server{listening.io(), begin, more};
    websocket_door door{1, server.url()};
    door.dial();
    test::wait_until(door, [&] {
      listening.turn();
      return door.seen().failed == 1;
    });
    CAF_CHECK_EQUAL(door.seen().failed, 1u);
  }
}
