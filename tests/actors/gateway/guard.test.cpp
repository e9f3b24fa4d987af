#define CAF_SUITE actors_gateway_guard

#include "actors/gateway/guard.hpp"

#include <caf/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace hyper::actors::gateway;

namespace {

unsigned status_of(const http_request& what, const access_rules& who) {
  auto refused = refuse(what, who);
  return refused ? refused->status : 0;
}

http_request request(const std::string& host, const std::string& origin = "") {
  http_request out;
  out.method = "GET";
  out.target = "/v1/status";
  out.host = host;
  out.origin = origin;
  return out;
}

} // namespace

CAF_TEST(on loopback only names of this machine are hosts) {
  access_rules local;
  for (const auto* host :
       {"localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:8080",
        "127.1.2.3:80", "[::1]", "[::1]:8080"})
    CAF_CHECK_EQUAL(status_of(request(host), local), 0u);
  for (const auto* host :
       {"", "evil.example", "evil.example:8080", "localhost.evil.example",
        "127.0.0.1.evil.example", "192.168.0.1", "[::2]", "[", ":",
        "localhost:80@evil.example", "[::1]:x", "[::1]evil"})
    CAF_CHECK_EQUAL(status_of(request(host), local), 403u);
}

CAF_TEST(pages of other sites are refused) {
  access_rules local;
  auto host = "127.0.0.1:8080";
  CAF_CHECK_EQUAL(status_of(request(host, "http://127.0.0.1:8080"), local), 0u);
  for (const auto* origin :
       {"null", "http://evil.example", "http://127.0.0.1", "http://localhost",
        "https://127.0.0.1", "http://127.0.0.1:8081"})
    CAF_CHECK_EQUAL(status_of(request(host, origin), local), 403u);
  // Behind a proxy that ends the encryption.
  CAF_CHECK_EQUAL(status_of(request(host, "https://127.0.0.1:8080"), local),
                  0u);
}

CAF_TEST(a token has to be borne) {
  access_rules open{false, "secret"};
  auto with = [&](const std::string& authorization) {
    auto out = request("registry.example");
    out.authorization = authorization;
    return status_of(out, open);
  };
  CAF_CHECK_EQUAL(with("Bearer secret"), 0u);
  CAF_CHECK_EQUAL(with("bearer secret"), 0u);
  CAF_CHECK_EQUAL(with("Bearer   secret"), 0u);
  for (const auto* wrong : {"", "secret", "Bearer", "Bearer ", "Bearer secre",
                            "Bearer secret ", "Basic secret"})
    CAF_CHECK_EQUAL(with(wrong), 401u);
}

CAF_TEST(a subprotocol of a WebSocket can bear the token) {
  access_rules open{false, "secret"};
  auto with = [&](std::vector<std::string> protocols, bool upgrade = true) {
    auto out = request("registry.example");
    out.protocols = std::move(protocols);
    out.upgrade = upgrade;
    return status_of(out, open);
  };
  CAF_CHECK_EQUAL(with({"hyper-registry", "bearer.736563726574"}), 0u);
  CAF_CHECK_EQUAL(with({"bearer.736563726574"}, false), 401u);
  for (const auto* wrong :
       {"bearer.", "bearer.7365637265", "bearer.73656372657400",
        "bearer.73656372657", "bearer.secret", "bearer 736563726574",
        "736563726574", "secret"})
    CAF_CHECK_EQUAL(with({"hyper-registry", wrong}), 401u);
}

CAF_TEST(nothing can be changed) {
  auto what = request("localhost");
  for (const auto* method :
       {"POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "get", ""}) {
    what.method = method;
    auto refused = refuse(what, {});
    CAF_REQUIRE(refused.has_value());
    CAF_CHECK_EQUAL(refused->status, 405u);
    CAF_CHECK_EQUAL(refused->allow, "GET, HEAD");
  }
  what.method = "HEAD";
  CAF_CHECK(!refuse(what, {}));
}
