#define CAF_SUITE actors_gateway_listener

#include "actors/gateway/listener.hpp"

#include "tests/actors/gateway/door.hpp"
#include "tests/actors/waiting.hpp"

#include <caf/test/unit_test.hpp>

#include <memory>
#include <vector>

// What Beast leaves to us of HTTP, and the limits; those of time are short
// here: who breaks them is cut off, however long that takes.

using namespace hyper;
using actors::gateway::limits;
using test::count;
using test::wait_for;
using test::wait_until;

namespace {

constexpr auto soon = base::milliseconds{40};
constexpr auto later = base::seconds{1}; // somebody has to keep within it
constexpr auto never = base::seconds{600};

limits only(base::duration limits::*which, base::duration how_long = soon) {
  limits out;
  out.request_time = out.idle_time = out.write_time = never;
  out.*which = how_long;
  return out;
}

constexpr std::string_view get_health =
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

// A connection of its own, and its whole reply.
std::string reply_to(std::string_view request) {
  test::gateway_door door;
  test::caller caller{door};
  caller.send(request);
  caller.end();
  wait_for(door, caller);
  return caller.heard();
}

std::string first_line(const std::string& reply) {
  return reply.substr(0, reply.find("\r\n"));
}

std::string body_of(const std::string& reply) {
  auto end = reply.find("\r\n\r\n");
  return end == std::string::npos ? "" : reply.substr(end + 4);
}

/// A session that fails at each request.
struct failing_session {
  using handle = actors::gateway::session_handle;
  static constexpr const char* name = "session";

  explicit failing_session(handle::pointer own) : self(own) {}

  handle::behavior_type make_behavior() {
    using namespace actors::gateway;
    return {
        [](const http_request&) -> caf::result<http_reply> {
          return caf::sec::runtime_error;
        },
        [](const next_changes&) -> caf::result<changes_told> {
          return caf::sec::runtime_error;
        },
        [this](const actors::shut_down&) { self->quit(); },
    };
  }

  handle::pointer self;
};

/// A listener whose sessions fail.
class failing_door final : public test::door {
public:
  failing_door() {
    auto opened = actors::gateway::listen(
        world_.io(), world_.system(), {{127, 0, 0, 1}, 0}, {}, {}, [this] {
          return actors::spawn_state<failing_session>(world_.system());
        });
    CAF_REQUIRE(opened.ok());
    listener_ = *opened;
  }
  ~failing_door() override {
    listener_->stop();
    turn();
  }

  std::uint16_t port() const override { return listener_->local().port; }

private:
  std::shared_ptr<actors::gateway::listener> listener_;
};

constexpr auto good = "HTTP/1.1 200 OK";
constexpr auto malformed = "HTTP/1.1 400 Bad Request";
constexpr auto forbidden = "HTTP/1.1 403 Forbidden";
constexpr auto has_body = "HTTP/1.1 413 Payload Too Large";
constexpr auto read_only = "HTTP/1.1 405 Method Not Allowed";

} // namespace

CAF_TEST(there is one host and a target may name it) {
  auto status = [](std::string_view target, std::string_view hosts,
                   std::string_view version = "1.1") {
    return first_line(reply_to("GET " + std::string{target} + " HTTP/" +
                               std::string{version} + "\r\n" +
                               std::string{hosts} + "\r\n"));
  };
  CAF_CHECK_EQUAL(status("/healthz", "Host: localhost\r\n"), good);
  CAF_CHECK_EQUAL(status("/healthz", "Host: evil\r\n"), forbidden);
  CAF_CHECK_EQUAL(status("/healthz", "Host:\r\n"), forbidden);
  CAF_CHECK_EQUAL(status("/healthz", ""), malformed);
  CAF_CHECK_EQUAL(status("/healthz", "", "1.0"), "HTTP/1.0 403 Forbidden");
  CAF_CHECK_EQUAL(status("http://localhost/healthz", ""), malformed);
  CAF_CHECK_EQUAL(status("/healthz", "Host: localhost\r\nHost: localhost\r\n"),
                  malformed);
  CAF_CHECK_EQUAL(status("HTTP://localhost/healthz", "Host: localhost\r\n"),
                  good);
  CAF_CHECK_EQUAL(status("http://evil/healthz", "Host: localhost\r\n"),
                  forbidden);
  for (const auto* target :
       {"http:///healthz", "http://:80/healthz", "http://u@localhost/healthz"})
    CAF_CHECK_EQUAL(status(target, "Host: localhost\r\n"), malformed);
  for (const auto* host : {"a b", "a/b", "a@b", "a:b", "\"", "<x>", "http://x",
                           "\xff", "[::1", "localhost:80@evil", ":80", "[]"})
    CAF_CHECK_EQUAL(status("/healthz", "Host: " + std::string{host} + "\r\n"),
                    malformed);
  for (const auto* host : {"[::1]:8080", "LOCALHOST:", "127.0.0.1"})
    CAF_CHECK_EQUAL(status("/healthz", "Host: " + std::string{host} + "\r\n"),
                    good);
  CAF_CHECK_EQUAL(status("http://localhost?x=1", "Host: localhost\r\n"),
                  malformed);
}

CAF_TEST(a header has a bound in whatever pieces it comes) {
  test::gateway_door door;
  auto reply = [&](std::size_t size, std::size_t piece) {
    std::string text = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
    constexpr std::string_view field = "X: yyyy\r\n";
    while (text.size() + field.size() + 2 <= size)
      text += field;
    text.insert(text.size() - 2, size - text.size() - 2, 'z');
    text += "\r\n";
    CAF_REQUIRE_EQUAL(text.size(), size);
    test::caller caller{door};
    for (std::size_t at = 0; at < size && !caller.has_ended(); at += piece) {
      caller.send(text.substr(at, piece));
      caller.turn();
    }
    wait_for(door, caller, "\r\n\r\n");
    return caller.heard().substr(0, 12);
  };
  auto most = limits{}.header;
  for (std::size_t piece : {most * 2, most / 2 - 1, most / 10}) {
    CAF_CHECK_EQUAL(reply(most, piece), "HTTP/1.1 200");
    CAF_CHECK_EQUAL(reply(most + 1, piece), "HTTP/1.1 431");
    CAF_CHECK_EQUAL(reply(most * 3 / 2, piece), "HTTP/1.1 431");
  }
  for (std::size_t size : {5'000u, 9'000u, 20'000u})
    CAF_CHECK_EQUAL(reply_to("GET /" + std::string(size, 'a') +
                             " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .substr(0, 12),
                    "HTTP/1.1 414");
}

CAF_TEST(a reply has a date and says which version it speaks) {
  auto reply = reply_to(get_health);
  auto at = reply.find("\r\nDate: ");
  CAF_REQUIRE(at != std::string::npos);
  auto date = reply.substr(at + 8, reply.find("\r\n", at + 2) - at - 8);
  CAF_CHECK_EQUAL(date.size(), 29u); // Sun, 06 Nov 1994 08:49:37 GMT
  CAF_CHECK_EQUAL(date.substr(25), " GMT");
  CAF_CHECK_EQUAL(
      first_line(reply_to("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n")),
      "HTTP/1.1 505 HTTP Version Not Supported");
}

CAF_TEST(fields that are there twice are refused or one list) {
  auto reply = [](std::string_view fields) {
    return reply_to("GET /healthz HTTP/1.1\r\nHost: localhost\r\n" +
                    std::string{fields} + "\r\n");
  };
  for (std::string field :
       {"Origin: http://localhost", "Authorization: Bearer x",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13"}) {
    field += "\r\n";
    CAF_CHECK_EQUAL(first_line(reply(field)), good);
    CAF_CHECK_EQUAL(first_line(reply(field + field)), malformed);
  }
  CAF_CHECK_EQUAL(count(reply("Connection: x\r\nConnection: close\r\n"),
                        "Connection: close\r\n"),
                  1u);
  auto names =
      reply_to("GET /v1/names HTTP/1.1\r\nHost: localhost\r\n"
               "If-None-Match: \"1\"\r\nIf-None-Match: W/\"5\"\r\n\r\n");
  CAF_CHECK_EQUAL(first_line(names), "HTTP/1.1 304 Not Modified");
  auto events = reply_to(
      "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n"
      "Connection: keep-alive\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: other\r\n"
      "Sec-WebSocket-Protocol: hyper-registry\r\n"
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
  CAF_CHECK_EQUAL(first_line(events), "HTTP/1.1 101 Switching Protocols");
  CAF_CHECK_EQUAL(count(events, "Sec-WebSocket-Protocol: hyper-registry\r\n"),
                  1u);
}

CAF_TEST(what has a body is refused and what is in it is no request) {
  const std::string inside = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (const auto* coding : {"chunked", "gzip", "identity", "xchunked",
                             "gzip, chunked", "chunked, chunked"})
    for (const auto& [method, answer] : {std::pair{"GET", has_body},
                                         {"HEAD", has_body},
                                         {"POST", read_only}}) {
      auto reply = reply_to(method +
                            std::string{" /healthz HTTP/1.1\r\n"
                                        "Host: localhost\r\n"
                                        "Transfer-Encoding: "} +
                            coding + "\r\n\r\n" + inside);
      CAF_CHECK_EQUAL(first_line(reply), answer);
      CAF_CHECK_EQUAL(count(reply, "HTTP/1.1 "), 1u);
      CAF_CHECK_EQUAL(count(reply, "Connection: close\r\n"), 1u);
      CAF_CHECK_EQUAL(body_of(reply).empty(), method == std::string{"HEAD"});
    }
  for (const auto* both : {"Content-Length: 3\r\nTransfer-Encoding: chunked",
                           "Transfer-Encoding: chunked\r\nContent-Length: 3"})
    CAF_CHECK_EQUAL(
        first_line(reply_to("GET /healthz HTTP/1.1\r\nHost: localhost\r\n" +
                            std::string{both} + "\r\n\r\n" + inside)),
        malformed);
}

CAF_TEST(what is behind a header is not kept) {
  test::gateway_door door{only(&limits::idle_time, never)};
  const std::string chunked = "GET /healthz HTTP/1.1\r\n"
                              "Transfer-Encoding: chunked\r\n\r\n0";
  for (const auto& [begin, more] :
       std::vector<std::pair<std::string, std::string>>{
           {chunked + "\r\nX: ", "yyyyyyyyyy"},
           {chunked + "\r\n", "X: y\r\n"},
           {chunked + ";", "yyyyyyyyyy"}}) {
    test::caller caller{door};
    caller.send(begin);
    for (int i = 0; i < 20'000; ++i) {
      caller.post(more);
      if (i % 100 == 0)
        door.turn();
    }
    // It is cut off behind 64 KiB, before a limit of time.
    wait_until(door, [&] { return door.guests("request") == 0; });
    CAF_CHECK_EQUAL(door.guests("request"), 0);
    caller.read();
    CAF_CHECK(caller.heard().empty() || first_line(caller.heard()) == has_body);
  }
  test::caller next{door};
  next.send(get_health);
  wait_for(door, next, "ok\n");
  CAF_CHECK_EQUAL(first_line(next.heard()), good);
}

CAF_TEST(a reply to HEAD has no body whatever its status) {
  for (const auto& [rest, status] :
       {std::pair{std::string{"Host: localhost\r\n"}, "HTTP/1.1 200"},
        {"Host: localhost\r\nContent-Length: 3\r\n", "HTTP/1.1 413"},
        {"Host: evil\r\n", "HTTP/1.1 403"},
        {"", "HTTP/1.1 400"},
        {"Host: localhost\r\nX: " + std::string(9000, 'x') + "\r\n",
         "HTTP/1.1 431"}}) {
    auto reply = reply_to("HEAD /healthz HTTP/1.1\r\n" + rest + "\r\n");
    CAF_CHECK_EQUAL(reply.substr(0, 12), status);
    CAF_CHECK_EQUAL(body_of(reply), "");
    CAF_CHECK_EQUAL(count(reply, "Content-Length: "), 1u);
  }
}

CAF_TEST(a session that fails is told as such and ends) {
  failing_door door;
  test::caller caller{door};
  caller.send(get_health);
  wait_for(door, caller);
  CAF_CHECK_EQUAL(first_line(caller.heard()),
                  "HTTP/1.1 500 Internal Server Error");
  CAF_CHECK_EQUAL(count(caller.heard(), R"({"error":"failed")"), 1u);
  CAF_CHECK_EQUAL(count(caller.heard(), "Connection: close\r\n"), 1u);
  CAF_CHECK(caller.has_ended());
}

CAF_TEST(what comes before the WebSocket is open is refused) {
  auto upgrade = test::upgrade_to("/v1/events");
  CAF_CHECK_EQUAL(first_line(reply_to(upgrade)),
                  "HTTP/1.1 101 Switching Protocols");
  auto reply = reply_to(upgrade + std::string{"\x89\x80\0\0\0\0", 6});
  CAF_CHECK_EQUAL(first_line(reply), malformed);
  CAF_CHECK_EQUAL(count(reply, R"({"error":"malformed")"), 1u);
}

CAF_TEST(connections above the limit are told so and do not stay) {
  limits two;
  two.connections = 2;
  test::gateway_door door{two};
  std::vector<std::unique_ptr<test::caller>> inside;
  for (int i = 0; i < 2; ++i) {
    inside.push_back(std::make_unique<test::caller>(door));
    inside.back()->send(get_health);
    wait_for(door, *inside.back(), "ok\n");
  }
  std::vector<std::unique_ptr<test::caller>> refused;
  constexpr std::size_t most = actors::gateway::refused_max;
  for (std::size_t i = 0; i < most + 20; ++i) {
    refused.push_back(std::make_unique<test::caller>(door));
    door.wait();
  }
  std::size_t told = 0;
  std::size_t closed = 0;
  for (auto& one : refused) {
    wait_until(door, [&] { return !one->read() || !one->heard().empty(); });
    told += one->heard().starts_with("HTTP/1.1 503") ? 1 : 0;
    closed += one->heard().empty() ? 1 : 0;
  }
  CAF_CHECK_EQUAL(told, most);
  CAF_CHECK_EQUAL(closed, 20u);
  CAF_CHECK_EQUAL(door.guests("request"), 2);
  // They do not count: who leaves makes room, whether they have heard or not.
  inside.pop_back();
  wait_until(door, [&] { return door.guests("request") == 1; });
  test::caller next{door};
  next.send(get_health);
  wait_for(door, next, "ok\n");
  CAF_CHECK_EQUAL(first_line(next.heard()), good);
}

CAF_TEST(what is no whole WebSocket is told so as JSON) {
  for (const auto* rest :
       {"", "Sec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Version: 12\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n",
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!!!\r\n"}) {
    auto reply = reply_to(
        "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\n" +
        std::string{rest} + "\r\n");
    CAF_CHECK_EQUAL(reply.substr(0, 12), "HTTP/1.1 426");
    CAF_CHECK_EQUAL(count(reply, "Sec-WebSocket-Version: 13\r\n"), 1u);
    CAF_CHECK_EQUAL(count(reply, R"({"error":"upgrade_required")"), 1u);
  }
}

CAF_TEST(a first request has to come in time) {
  test::gateway_door door{only(&limits::request_time)};
  for (const auto* text : {"", "GET /healthz HTTP/1.1\r\nHost: loc"}) {
    test::caller caller{door};
    caller.send(text);
    wait_for(door, caller);
    CAF_CHECK(caller.has_ended());
    CAF_CHECK(caller.heard().empty());
  }
}

CAF_TEST(a next request has to come in time) {
  test::gateway_door door{only(&limits::idle_time)};
  test::caller caller{door};
  caller.send(get_health);
  wait_for(door, caller);
  CAF_CHECK(caller.has_ended());
  CAF_CHECK_EQUAL(count(caller.heard(), "HTTP/1.1 200"), 1u);
}

CAF_TEST(a reader has to take its answers in time) {
  test::gateway_door door{only(&limits::write_time)};
  test::caller caller{door, 4096};
  for (int i = 0; i < 2000; ++i)
    caller.post("GET /page/style.css HTTP/1.1\r\nHost: localhost\r\n\r\n");
  wait_until(door, [&] { return door.guests("request") == 1; });
  wait_until(door, [&] { return door.guests("request") == 0; });
  CAF_CHECK_EQUAL(door.guests("request"), 0);
  wait_for(door, caller);
  CAF_CHECK(count(caller.heard(), "HTTP/1.1 200") < 2000);
}

CAF_TEST(a listener has to answer pings) {
  test::gateway_door door{only(&limits::idle_time, later)};
  test::caller caller{door};
  caller.send(test::upgrade_to("/v1/events"));
  constexpr std::string_view ping{"\x89\x00", 2};
  for (std::size_t answered = 0; answered < 2; ++answered) {
    wait_for(door, caller, ping, answered + 1);
    CAF_REQUIRE_EQUAL(count(caller.heard(), ping), answered + 1);
    caller.send({"\x8a\x80\x00\x00\x00\x00", 6});
  }
  wait_for(door, caller);
  CAF_CHECK(caller.has_ended());
}

CAF_TEST(a listener has to take what it is told in time) {
  test::gateway_door door{only(&limits::write_time, later)};
  test::caller slow{door, 4096};
  test::caller quick{door};
  for (auto* one : {&slow, &quick})
    one->send(test::upgrade_to("/v1/events?from=0"));
  wait_until(door, [&] { return door.guests("listener") == 2; });
  constexpr std::size_t told = 30'000;
  for (std::size_t i = 0; i < told; ++i) {
    door.put("name-" + std::to_string(i));
    if (i % 100 == 0)
      quick.turn();
  }
  wait_for(door, quick, R"({"length":)", told + 4);
  CAF_CHECK_EQUAL(count(quick.heard(), R"({"length":)"), told + 4);
  wait_until(door, [&] { return door.guests("listener") == 1; });
  CAF_CHECK_EQUAL(door.guests("listener"), 1);
  CAF_CHECK(quick.turn());
}

CAF_TEST(what a listener says has a bound) {
  test::gateway_door door;
  auto frame = [](std::size_t size) {
    std::string out{"\x82\xfe"};
    out += static_cast<char>(size >> 8);
    out += static_cast<char>(size);
    return out + std::string(4 + size, '\0');
  };
  test::caller caller{door};
  caller.send(test::upgrade_to("/v1/events"));
  wait_for(door, caller, "\r\n\r\n");
  caller.send(frame(4096));
  // A pong says that what was in front of it has been read.
  caller.send({"\x89\x80\0\0\0\0", 6});
  wait_for(door, caller, {"\x8a\x00", 2});
  CAF_CHECK(!caller.has_ended());
  caller.send(frame(4097));
  wait_for(door, caller);
  CAF_CHECK(caller.has_ended());
  // 1009: the message is too big (RFC 6455, section 7.4.1).
  CAF_CHECK_EQUAL(count(caller.heard(), {"\x88\x02\x03\xf1", 4}), 1u);
}
