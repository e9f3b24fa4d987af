#define CAF_SUITE actors_gateway_route

#include "actors/gateway/route.hpp"

#include "tests/support/property.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::actors::gateway;

namespace {

unsigned refused(std::string_view target) {
  auto what = parse_target(target);
  const auto* none = std::get_if<no_route>(&what);
  return none == nullptr ? 0 : none->status;
}

template <class Route>
Route parsed(std::string_view target) {
  auto what = parse_target(target);
  CAF_REQUIRE(std::holds_alternative<Route>(what));
  return std::get<Route>(what);
}

} // namespace

CAF_TEST(names are decoded and may hold anything) {
  CAF_CHECK_EQUAL(parsed<name_route>("/v1/names/alice").name, "alice");
  CAF_CHECK_EQUAL(parsed<name_route>("/v1/names/a%2Fb%20%C3%a9").name,
                  "a/b \xc3\xa9");
  CAF_CHECK_EQUAL(parsed<name_route>("/v1/names/a+b").name, "a+b");
  CAF_CHECK(!parsed<name_route>("/v1/names/alice").at);
  CAF_CHECK_EQUAL(parsed<name_route>("/v1/names/alice?at=7").at.value_or(0),
                  7u);
  CAF_CHECK_EQUAL(parsed<history_route>("/v1/names/history/history").name,
                  "history");
}

CAF_TEST(lists take prefix and after and limit) {
  auto plain = parsed<names_route>("/v1/names");
  CAF_CHECK_EQUAL(plain.limit, limit_default);
  CAF_CHECK(!plain.after);
  auto all = parsed<names_route>("/v1/names?prefix=a%26&after=&limit=1000");
  CAF_CHECK_EQUAL(all.prefix, "a&");
  CAF_CHECK_EQUAL(all.after.value_or("none"), "");
  CAF_CHECK_EQUAL(all.limit, limit_max);
}

CAF_TEST(a history begins at a length in either order) {
  auto plain = parsed<history_route>("/v1/names/a/history");
  CAF_CHECK(!plain.from);
  CAF_CHECK(!plain.newest);
  auto back = parsed<history_route>("/v1/names/a/history?order=newest&from=7");
  CAF_CHECK(back.newest);
  CAF_CHECK_EQUAL(back.from.value_or(0), 7u);
  CAF_CHECK(!parsed<history_route>("/v1/names/a/history?order=oldest").newest);
  CAF_CHECK_EQUAL(refused("/v1/names/a/history?order=down"), 400u);
}

CAF_TEST(a target may name its host itself) {
  auto split = [](std::string_view target) {
    auto parts = split_absolute(target);
    return std::string{parts.authority.value_or("-")} + " " +
           std::string{parts.rest};
  };
  CAF_CHECK_EQUAL(split("/v1/status"), "- /v1/status");
  CAF_CHECK_EQUAL(split("http://localhost:80/v1/status?x"),
                  "localhost:80 /v1/status?x");
  CAF_CHECK_EQUAL(split("http://localhost"), "localhost /");
  CAF_CHECK_EQUAL(split("http://localhost?x"), "localhost ?x");
  CAF_CHECK_EQUAL(split("http:///x"), " /x");
  CAF_CHECK_EQUAL(split("https://localhost/"), "- https://localhost/");
  CAF_CHECK_EQUAL(split("HTTP://localhost/x"), "localhost /x");
}

CAF_TEST(no path is the root) {
  CAF_CHECK_EQUAL(refused("?x=1"), 400u);
  CAF_CHECK_EQUAL(refused("/?x=1"), 400u);
}

CAF_TEST(events begin now or behind a length) {
  CAF_CHECK(!parsed<events_route>("/v1/events").from);
  CAF_CHECK_EQUAL(parsed<events_route>("/v1/events?from=0").from.value_or(1),
                  0u);
}

CAF_TEST(each kind of question has a word) {
  auto kind = [](const char* target) {
    return std::string{kind_of(parse_target(target))};
  };
  CAF_CHECK_EQUAL(kind("/v1/names/a"), "name");
  CAF_CHECK_EQUAL(kind("/v1/names"), "names");
  CAF_CHECK_EQUAL(kind("/v1/names/a/history"), "history");
  CAF_CHECK_EQUAL(kind(("/v1/keys/" + std::string(64, 'a')).c_str()), "key");
  CAF_CHECK_EQUAL(kind("/v1/events"), "events");
  CAF_CHECK_EQUAL(kind("/v1/status"), "status");
  CAF_CHECK_EQUAL(kind("/healthz"), "health");
  CAF_CHECK_EQUAL(kind("/readyz"), "ready");
  CAF_CHECK_EQUAL(kind("/metrics"), "metrics");
  CAF_CHECK_EQUAL(kind("/"), "page");
  CAF_CHECK_EQUAL(kind("/other"), "none");
}

CAF_TEST(what is wrong is refused) {
  CAF_CHECK_EQUAL(refused("/v1/events?from=x"), 400u);
  CAF_CHECK_EQUAL(refused(""), 404u);
  CAF_CHECK_EQUAL(refused("/v1"), 404u);
  CAF_CHECK_EQUAL(refused("/v1/names/"), 404u);
  CAF_CHECK_EQUAL(refused("/v1/names/a/other"), 404u);
  CAF_CHECK_EQUAL(refused("//v1/names/a"), 404u);
  CAF_CHECK_EQUAL(refused("http://host/v1/names/a"), 404u);
  CAF_CHECK_EQUAL(refused("/v1/names/a%2"), 400u);
  CAF_CHECK_EQUAL(refused("/v1/names/a%zz"), 400u);
  CAF_CHECK_EQUAL(refused("/v1/names/a?at=-1"), 400u);
  CAF_CHECK_EQUAL(refused("/v1/names/a?at="), 400u);
  CAF_CHECK_EQUAL(refused("/v1/names/a?at=99999999999999999999"), 400u);
  CAF_CHECK_EQUAL(refused("/v1/names?limit=0"), 400u);
  CAF_CHECK_EQUAL(refused("/v1/names?limit=1001"), 400u);
  CAF_CHECK_EQUAL(refused("/v1/names?limit=1&limit=2"), 400u);
  CAF_CHECK_EQUAL(refused("/v1/names?pefix=a"), 400u);
  CAF_CHECK_EQUAL(refused("/v1/status?x"), 400u);
  CAF_CHECK_EQUAL(refused("/v1/keys/abc"), 400u);
  CAF_CHECK_EQUAL(refused("/" + std::string(target_max, 'a')), 414u);
}

CAF_TEST(properties) {
  HYPER_PROPERTY("every encoded name comes back", [] {
    auto name = *rc::gen::nonEmpty(rc::gen::arbitrary<std::string>());
    std::string target = "/v1/names/";
    for (unsigned char c : name) {
      constexpr const char* digits = "0123456789ABCDEF";
      target += {'%', digits[c / 16], digits[c % 16]};
    }
    auto what = parse_target(target);
    const auto* route = std::get_if<name_route>(&what);
    RC_ASSERT(route != nullptr || target.size() > target_max);
    RC_ASSERT(route == nullptr || route->name == name);
  });
  HYPER_PROPERTY("any text is a route or a status of the 400s", [] {
    auto status = refused("/v1/" + *rc::gen::arbitrary<std::string>());
    RC_ASSERT(status == 0 || (status >= 400 && status < 500));
  });
}
