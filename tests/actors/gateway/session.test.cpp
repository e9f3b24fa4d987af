#define CAF_SUITE actors_gateway_session

#include "actors/gateway/session.hpp"

#include "tests/actors/gateway/fixture.hpp"
#include "tests/support/faulty_store.hpp"

#include <boost/json.hpp>

using namespace hyper;
using namespace hyper::actors;
using gateway::http_reply;
using gateway::http_request;
using namespace std::string_literals;

namespace {

/// A log with its index and one HTTP session.
struct fixture : test::gateway_fixture {
  fixture() {
    session = spawn_state<gateway::session>(
        sys, gateway::session_config{index, feed, signer.pub, {}});
    settle();
  }

  ~fixture() {
    anon_send(session, shut_down{});
    sched.run();
  }

  http_reply reply_to(const std::string& target) {
    http_request what;
    what.method = "GET";
    what.host = "localhost";
    what.target = target;
    return get<http_reply>(session, what);
  }

  boost::json::object body_of(const std::string& target, unsigned status) {
    auto reply = reply_to(target);
    CAF_CHECK_EQUAL(reply.status, status);
    CAF_CHECK_EQUAL(reply.type, "application/json");
    return boost::json::parse(reply.body).as_object();
  }

  gateway::session_handle session;
};

std::string text(const boost::json::object& from, const char* key) {
  const auto* found = from.if_contains(key);
  return found == nullptr ? "(none)" : std::string{found->as_string().c_str()};
}

std::int64_t number(const boost::json::object& from, const char* key) {
  const auto* found = from.if_contains(key);
  return found == nullptr ? -1 : found->to_number<std::int64_t>();
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(gateway_session_tests, fixture)

CAF_TEST(a name is found with its key and the state of the copy) {
  put("alice");
  auto body = body_of("/v1/names/alice", 200);
  CAF_CHECK_EQUAL(text(body, "name"), "alice");
  CAF_CHECK_EQUAL(text(body, "key"), base::to_text(test::pair_of(9).pub));
  CAF_CHECK_EQUAL(text(body, "log"), base::to_text(signer.pub));
  CAF_CHECK_EQUAL(number(body, "since"), 2);
  CAF_CHECK_EQUAL(number(body, "length"), 2);
  CAF_CHECK_EQUAL(number(body, "age_ms"), 0);
  CAF_CHECK_EQUAL(reply_to("/v1/names/alice").etag, "W/\"2\"");
}

CAF_TEST(a name that nobody has is told as such) {
  auto body = body_of("/v1/names/alice", 404);
  CAF_CHECK_EQUAL(text(body, "error"), "not_found");
  CAF_CHECK(reply_to("/v1/names/alice").etag.empty());
  put("alice");
  CAF_CHECK_EQUAL(number(body_of("/v1/names/alice?at=2", 200), "at"), 2);
  del("alice");
  body_of("/v1/names/alice", 404);
  body_of("/v1/names/alice?at=1", 404);
  body_of("/v1/names/alice?at=2", 200);
  body_of("/v1/names/alice?at=99", 404);
}

CAF_TEST(lists are cut and go on behind a name) {
  for (const auto* name : {"a", "b", "c"})
    put(name);
  auto first = body_of("/v1/names?limit=2", 200);
  CAF_CHECK_EQUAL(first.at("names").as_array().size(), 2u);
  CAF_CHECK(first.at("more").as_bool());
  auto rest = body_of("/v1/names?limit=2&after=b", 200);
  CAF_REQUIRE_EQUAL(rest.at("names").as_array().size(), 1u);
  CAF_CHECK(!rest.at("more").as_bool());
  CAF_CHECK_EQUAL(text(rest.at("names").as_array()[0].as_object(), "name"),
                  "c");
  auto exact = body_of("/v1/names?limit=3", 200);
  CAF_CHECK(!exact.at("more").as_bool());
}

CAF_TEST(a history has every change from a length on) {
  put("alice");
  del("alice");
  change(registry::action::put, "alice", 8);
  auto all = body_of("/v1/names/alice/history", 200).at("changes").as_array();
  CAF_REQUIRE_EQUAL(all.size(), 3u);
  CAF_CHECK_EQUAL(text(all[1].as_object(), "action"), "delete");
  CAF_CHECK_EQUAL(text(all[1].as_object(), "key"), "(none)");
  CAF_CHECK_EQUAL(number(all[2].as_object(), "length"), 4);
  auto cut = body_of("/v1/names/alice/history?from=3&limit=1", 200);
  CAF_CHECK(cut.at("more").as_bool());
  CAF_CHECK_EQUAL(number(cut.at("changes").as_array()[0].as_object(), "length"),
                  3);
  CAF_CHECK(body_of("/v1/names/alice/history?from=9", 200)["changes"]
                .as_array()
                .empty());
  body_of("/v1/names/bob/history", 404);
}

CAF_TEST(a history can be read from its newest change back) {
  put("alice");
  del("alice");
  put("alice");
  auto lengths = [&](const std::string& query) {
    auto body = body_of("/v1/names/alice/history?order=newest" + query, 200);
    std::string out;
    for (const auto& one : body.at("changes").as_array())
      out += std::to_string(number(one.as_object(), "length")) + ' ';
    return out + (body.at("more").as_bool() ? "more" : "all");
  };
  CAF_CHECK_EQUAL(lengths(""), "4 3 2 all");
  CAF_CHECK_EQUAL(lengths("&limit=2"), "4 3 more");
  CAF_CHECK_EQUAL(lengths("&limit=1&from=3"), "3 more");
  CAF_CHECK_EQUAL(lengths("&limit=1&from=2"), "2 all");
  CAF_CHECK_EQUAL(lengths("&from=99"), "4 3 2 all");
  CAF_CHECK_EQUAL(lengths("&from=1"), "all");
  CAF_CHECK_EQUAL(lengths("&from=0"), "all");
  CAF_CHECK_EQUAL(lengths("&from=18446744073709551615"), "4 3 2 all");
}

CAF_TEST(a key has names) {
  put("alice");
  put("bob");
  del("alice");
  auto key = base::to_text(test::pair_of(9).pub);
  auto body = body_of("/v1/keys/" + key, 200);
  CAF_REQUIRE_EQUAL(body.at("names").as_array().size(), 1u);
  CAF_CHECK_EQUAL(text(body.at("names").as_array()[0].as_object(), "name"),
                  "bob");
  put("carl");
  auto cut = body_of("/v1/keys/" + key + "?limit=1", 200);
  CAF_CHECK_EQUAL(cut.at("names").as_array().size(), 1u);
  CAF_CHECK(cut.at("more").as_bool());
  auto rest = body_of("/v1/keys/" + key + "?from=4", 200);
  CAF_CHECK_EQUAL(text(rest.at("names").as_array()[0].as_object(), "name"),
                  "carl");
  CAF_CHECK(!rest.at("more").as_bool());
  auto other = base::to_text(test::pair_of(7).pub);
  CAF_CHECK(body_of("/v1/keys/" + other, 200).at("names").as_array().empty());
}

CAF_TEST(names that are no text are escaped) {
  put("a\xff\"");
  auto body = body_of("/v1/names", 200);
  CAF_CHECK_EQUAL(text(body.at("names").as_array()[0].as_object(), "name"),
                  "a\\xff\"");
  CAF_CHECK_EQUAL(text(body_of("/v1/names/a%ff%22", 200), "name"), "a\\xff\"");
}

CAF_TEST(changes are told in order and once) {
  put("alice");
  put("bob");
  auto told = get<gateway::changes_told>(session, gateway::next_changes{0});
  CAF_REQUIRE_EQUAL(told.lines.size(), 2u);
  CAF_CHECK_EQUAL(told.length, 3u);
  auto second = boost::json::parse(*told.lines[1]).as_object();
  CAF_CHECK_EQUAL(text(second, "action"), "register");
  CAF_CHECK_EQUAL(text(second, "name"), "bob");
  CAF_CHECK_EQUAL(number(second, "length"), 3);
  auto rest = get<gateway::changes_told>(session, gateway::next_changes{2});
  CAF_REQUIRE_EQUAL(rest.lines.size(), 1u);
  CAF_CHECK_EQUAL(*rest.lines[0], *told.lines[1]);
}

CAF_TEST(a listener waits for the next change and hears when there is none) {
  put("alice");
  auto asked = self->request(session, caf::infinite, gateway::next_changes{2});
  sched.run();
  del("alice");
  asked.receive(
      [](const gateway::changes_told& told) {
        CAF_CHECK_EQUAL(told.lines.size(), 1u);
        CAF_CHECK_EQUAL(told.length, 3u);
      },
      [](const caf::error& e) { CAF_FAIL("no answer: " << e); });
  pass(base::milliseconds{50});
  auto again = self->request(session, caf::infinite, gateway::next_changes{3});
  sched.run();
  pass(base::seconds{21});
  again.receive(
      [](const gateway::changes_told& told) {
        CAF_CHECK(told.lines.empty());
        CAF_CHECK_EQUAL(told.length, 3u);
      },
      [](const caf::error& e) { CAF_FAIL("no answer: " << e); });
}

CAF_TEST(a session that ends lets nobody wait) {
  auto asked = self->request(session, caf::infinite, gateway::next_changes{1});
  sched.run();
  anon_send(session, shut_down{});
  sched.run();
  asked.receive([](const gateway::changes_told&) { CAF_FAIL("told"); },
                [](const caf::error&) {});
}

CAF_TEST(events are no page) {
  CAF_CHECK_EQUAL(reply_to("/v1/events").status, 426u);
  http_request what;
  what.method = "GET";
  what.host = "localhost";
  what.target = "/v1/events";
  what.upgrade = true;
  put("alice");
  auto reply = get<http_reply>(session, what);
  CAF_CHECK_EQUAL(reply.status, 101u);
  CAF_CHECK_EQUAL(reply.protocol, "");
  what.protocols = {"bearer.00", "hyper-registry"};
  CAF_CHECK_EQUAL(get<http_reply>(session, what).protocol, "hyper-registry");
  CAF_CHECK_EQUAL(reply.follow_from, 2u);
}

CAF_TEST(the page is files that may load nothing from elsewhere) {
  auto page = reply_to("/");
  CAF_CHECK_EQUAL(page.status, 200u);
  CAF_CHECK_EQUAL(page.type, "text/html; charset=utf-8");
  CAF_CHECK_EQUAL(page.body, reply_to("/page/index.html").body);
  CAF_CHECK_EQUAL(page.policy.find("default-src 'none'"), 0u);
  CAF_CHECK_EQUAL(page.policy.find("unsafe"), std::string::npos);
  auto code = reply_to("/page/main.js");
  CAF_CHECK_EQUAL(code.type, "text/javascript; charset=utf-8");
  CAF_CHECK_EQUAL(code.policy, page.policy);
  CAF_CHECK_EQUAL(code.etag.find('"'), 0u);
  CAF_CHECK_NOT_EQUAL(code.etag, page.etag);
  CAF_CHECK_EQUAL(reply_to("/page/other.js").status, 404u);
}

CAF_TEST(state and health) {
  put("alice");
  auto body = body_of("/v1/status", 200);
  CAF_CHECK_EQUAL(number(body, "names"), 1);
  CAF_CHECK_EQUAL(number(body, "length"), 2);
  CAF_CHECK_EQUAL(reply_to("/healthz").status, 200u);
  CAF_CHECK_EQUAL(reply_to("/readyz").status, 200u);
}

CAF_TEST(a copy that was never compared is not ready) {
  auto reader = kv::make_memory_store();
  index_config reading;
  reading.store = reader.get();
  auto copy = spawn_state<actors::index>(sys, std::move(reading));
  auto door = spawn_state<gateway::session>(
      sys, gateway::session_config{copy, feed, signer.pub, {}});
  http_request what{"GET", "/readyz", "localhost", "", "", "", false};
  CAF_CHECK_EQUAL(get<http_reply>(door, what).status, 503u);
  anon_send(copy, shut_down{});
  sched.run();
  CAF_CHECK_EQUAL(get<http_reply>(door, what).status, 503u);
  what.target = "/v1/status";
  CAF_CHECK_EQUAL(get<http_reply>(door, what).status, 503u);
  anon_send(door, shut_down{});
  sched.run();
}

CAF_TEST(a store that cannot be read is told as such) {
  test::faulty_store bad{{}};
  index_config reading;
  reading.store = &bad;
  reading.is_source = true;
  reading.log = {open().current, true, 1};
  auto broken = spawn_state<actors::index>(sys, std::move(reading));
  auto door = spawn_state<gateway::session>(
      sys, gateway::session_config{broken, feed, signer.pub, {}});
  settle();
  bad.refuse_reads();
  auto key = base::to_text(signer.pub);
  for (const auto& target : {"/v1/names/a"s, "/v1/names"s,
                             "/v1/names/a/history"s, "/v1/keys/" + key}) {
    http_request what{"GET", target, "localhost", "", "", "", false};
    auto reply = get<http_reply>(door, what);
    CAF_CHECK_EQUAL(reply.status, 500u);
    CAF_CHECK_EQUAL(reply.body.find(R"({"error":"storage")"), 0u);
  }
  http_request health{"GET", "/healthz", "localhost", "", "", "", false};
  CAF_CHECK_EQUAL(get<http_reply>(door, health).status, 503u);
  anon_send(broken, shut_down{});
  anon_send(door, shut_down{});
  sched.run();
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a tag matches weakly and in a list) {
  using gateway::matches;
  CAF_CHECK(matches("W/\"7\"", "W/\"7\""));
  CAF_CHECK(matches("\"7\"", "W/\"7\""));
  CAF_CHECK(matches("\"6\" , W/\"7\"", "W/\"7\""));
  CAF_CHECK(matches("*", "W/\"7\""));
  CAF_CHECK(!matches("", "W/\"7\""));
  CAF_CHECK(!matches("\"77\"", "W/\"7\""));
  CAF_CHECK(!matches("*", ""));
  CAF_CHECK(!matches(",", "W/\"7\""));
  CAF_CHECK(matches("\"a,b\",,W/\"7\"", "W/\"7\""));
  CAF_CHECK(!matches("\"x,*,y\"", "W/\"7\""));
  CAF_CHECK(!matches("\"x,\"7\",y\"", "W/\"7\""));
  CAF_CHECK(!matches("*, \"6\"", "W/\"7\""));
  CAF_CHECK(!matches("\"7\"x", "W/\"7\""));
  CAF_CHECK(!matches("\"6\" \"6\"\"7\"", "W/\"7\""));
  CAF_CHECK(!matches("7", "W/\"7\""));
}
