#define CAF_SUITE actors_gateway_listener

#include "actors/gateway/listener.hpp"

#include "tests/actors/gateway/door.hpp"

#include <caf/test/unit_test.hpp>

#include <functional>

// The limits of time, with short ones: who breaks them is cut off, however long
// that takes.

using namespace hyper;
using actors::gateway::limits;

namespace {

constexpr auto soon = base::milliseconds{40};
constexpr auto later = base::seconds{1}; // somebody has to keep within it
constexpr auto never = base::seconds{600};

// Rounds of a millisecond or less: far more than any of the limits.
constexpr int rounds_max = 8'000;

limits only(base::duration limits::*which, base::duration how_long = soon) {
  limits out;
  out.request_time = out.idle_time = out.write_time = never;
  out.*which = how_long;
  return out;
}

std::size_t count(std::string_view in, std::string_view what) {
  std::size_t out = 0;
  for (auto at = in.find(what); at != std::string_view::npos;
       at = in.find(what, at + 1))
    ++out;
  return out;
}

void wait_until(test::gateway_door& door, const std::function<bool()>& is_so) {
  for (int round = 0; round < rounds_max && !is_so(); ++round)
    door.wait();
}

// Until so much has been heard, or the connection has ended.
void wait_for(test::gateway_door& door, test::gateway_caller& caller,
              std::string_view what = "\x01never", std::size_t times = 1) {
  wait_until(door, [&] {
    return !caller.read() || count(caller.heard(), what) >= times;
  });
}

constexpr std::string_view get_health =
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string listen_from(const std::string& target) {
  return "GET " + target +
         " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
         "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
}

} // namespace

// A connection of its own, and its whole reply.
std::string reply_to(std::string_view request) {
  test::gateway_door door;
  test::gateway_caller caller{door};
  caller.send(request);
  caller.end();
  wait_for(door, caller);
  return caller.heard();
}

CAF_TEST(there is one host and a target may name it) {
  auto status = [](std::string_view target, std::string_view hosts) {
    auto reply = reply_to("GET " + std::string{target} + " HTTP/1.1\r\n" +
                          std::string{hosts} + "Connection: close\r\n\r\n");
    return reply.substr(0, reply.find("\r\n"));
  };
  constexpr auto good = "HTTP/1.1 200 OK";
  constexpr auto wrong = "HTTP/1.1 403 Forbidden";
  CAF_CHECK_EQUAL(status("/healthz", "Host: localhost\r\n"), good);
  CAF_CHECK_EQUAL(status("/healthz", "Host: evil\r\n"), wrong);
  CAF_CHECK_EQUAL(status("/healthz", ""), wrong);
  CAF_CHECK_EQUAL(status("/healthz", "Host: localhost\r\nHost: localhost\r\n"),
                  "HTTP/1.1 400 Bad Request");
  CAF_CHECK_EQUAL(status("http://localhost/healthz", "Host: localhost\r\n"),
                  good);
  CAF_CHECK_EQUAL(status("http://evil/healthz", "Host: localhost\r\n"), wrong);
}

CAF_TEST(what is no whole WebSocket is told so as JSON) {
  for (const auto* rest :
       {"", "Sec-WebSocket-Version: 13\r\n",
        "Sec-WebSocket-Version: 12\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n",
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA\r\n"}) {
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
    test::gateway_caller caller{door};
    caller.send(text);
    wait_for(door, caller);
    CAF_CHECK(caller.has_ended());
    CAF_CHECK(caller.heard().empty());
  }
}

CAF_TEST(a next request has to come in time) {
  test::gateway_door door{only(&limits::idle_time)};
  test::gateway_caller caller{door};
  caller.send(get_health);
  wait_for(door, caller);
  CAF_CHECK(caller.has_ended());
  CAF_CHECK_EQUAL(count(caller.heard(), "HTTP/1.1 200"), 1u);
}

CAF_TEST(a reader has to take its answers in time) {
  test::gateway_door door{only(&limits::write_time)};
  test::gateway_caller caller{door, 4096};
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
  test::gateway_caller caller{door};
  caller.send(listen_from("/v1/events"));
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
  test::gateway_caller slow{door, 4096};
  test::gateway_caller quick{door};
  for (auto* one : {&slow, &quick})
    one->send(listen_from("/v1/events?from=0"));
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
