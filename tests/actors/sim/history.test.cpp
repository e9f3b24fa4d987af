#define CAF_SUITE actors_sim_history

#include "actors/sim/history.hpp"

#include <caf/test/unit_test.hpp>

#include <algorithm>

// Each law's violation, written by hand, is found; a good history is clean.

using namespace hyper;
using namespace hyper::actors::sim;

namespace {

base::public_key key_of(std::uint8_t client) {
  base::public_key out{};
  out.fill(client);
  return out;
}

told line(std::uint32_t client, std::string text, stamp begun, stamp ended,
          std::string answer) {
  told out;
  out.client = client;
  out.key = key_of(static_cast<std::uint8_t>(client));
  out.line = std::move(text);
  out.begun = begun;
  out.ended = ended;
  out.answer = std::move(answer);
  return out;
}

written put(std::uint64_t seq, std::string name, std::uint8_t client,
            stamp when) {
  return {seq, true, std::move(name), key_of(client), when};
}

written del(std::uint64_t seq, std::string name, stamp when) {
  return {seq, false, std::move(name), std::nullopt, when};
}

std::string ok(std::uint64_t length, bool already = false) {
  return R"({"ok":true,"already":)" + std::string{already ? "true" : "false"} +
         R"(,"length":)" + std::to_string(length) + "}";
}

std::string no(const std::string& code) {
  return R"({"ok":false,"code":")" + code + R"("})";
}

std::string found(std::uint8_t client, std::uint64_t length) {
  return R"({"ok":true,"key":")" + base::to_text(key_of(client)) +
         R"(","length":)" + std::to_string(length) + "}";
}

std::string absent(std::uint64_t length) {
  return R"({"ok":false,"code":"not_found","length":)" +
         std::to_string(length) + "}";
}

/// Client 1 gets alice, client 2 doesn't; client 1 deletes it again.
history good() {
  history out;
  out.log = {put(1, "alice", 1, 20), del(2, "alice", 60)};
  out.log_times.resize(2);
  out.lines = {line(1, "register alice", 10, 30, ok(2)),
               line(2, "register alice", 12, 40, no("taken")),
               line(2, "lookup alice", 45, 46, found(1, 2)),
               line(1, "delete alice", 50, 70, ok(3)),
               line(2, "lookup alice", 75, 76, absent(3))};
  return out;
}

/// Whether a law is reported, and no other.
bool breaks(const history& what, const std::string& law) {
  auto all = check(what);
  return !all.empty() && std::ranges::all_of(all, [&](const auto& one) {
    return one.starts_with(law);
  });
}

} // namespace

CAF_TEST(a good history is clean) {
  CAF_CHECK(check(good()).empty());
}

CAF_TEST(law_L1 a name with two owners is found) {
  auto bad = good();
  bad.log[1] = put(2, "alice", 2, 60);
  bad.log_times.resize(2);
  bad.lines = {line(1, "register alice", 10, 30, ok(2)),
               line(2, "register alice", 12, 65, ok(3))};
  CAF_CHECK(breaks(bad, "L1"));
}

CAF_TEST(law_L1 a refusal that was never right is found) {
  auto bad = good();
  bad.lines[1] = line(2, "register bo", 12, 40, no("taken"));
  CAF_CHECK(breaks(bad, "L1"));
}

CAF_TEST(law_L2 a line without an answer is found) {
  auto bad = good();
  bad.lines[1].ended.reset();
  CAF_CHECK(breaks(bad, "L2"));
  bad.lines[1].crashed = true; // that one needs none
  CAF_CHECK(check(bad).empty());
}

CAF_TEST(law_L2 a wait for nothing is found) {
  auto bad = good();
  bad.lines.push_back(line(2, "register bo", 80, 90, no("unreachable")));
  CAF_CHECK(breaks(bad, "L2"));
  bad.calm = false; // something may have been in the way
  CAF_CHECK(check(bad).empty());
  bad.lines.back().at_peace = true;
  CAF_CHECK(breaks(bad, "L2"));
  bad = good();
  bad.lines[4].at_peace = true;
  bad.lines[4].answer = found(1, 3);
  bad.lines[4].ended_at = bad.lines[4].begun_at + base::seconds{3};
  CAF_CHECK(!check(bad).empty());
}

CAF_TEST(law_L3 an acknowledged change without a block is found) {
  auto bad = good();
  bad.lines.push_back(line(1, "register carol", 80, 90, ok(4)));
  CAF_CHECK(breaks(bad, "L3"));
}

CAF_TEST(law_L3 an answer before the block is durable is found) {
  auto bad = good();
  bad.lines[0].ended = 15;
  CAF_CHECK(breaks(bad, "L3"));
}

CAF_TEST(law_L4 a read that goes back is found) {
  auto bad = good();
  bad.lines.push_back(line(2, "lookup alice", 80, 81, found(1, 2)));
  CAF_CHECK(breaks(bad, "L4"));
}

CAF_TEST(law_L4 a read that is wrong at its length is found) {
  auto bad = good();
  bad.lines[2] = line(2, "lookup alice", 45, 46, absent(2));
  CAF_CHECK(breaks(bad, "L4"));
  bad.lines[2] = line(2, "lookup alice", 45, 46, found(3, 2));
  CAF_CHECK(breaks(bad, "L4"));
  bad.lines[2] =
      line(2, "list", 45, 46, R"({"ok":true,"names":[],"length":2})");
  CAF_CHECK(breaks(bad, "L4"));
}

CAF_TEST(law_L5 a copy that does not answer alone is found) {
  auto bad = good();
  bad.calm = false;
  bad.lines.push_back(line(2, "lookup alice", 80, 90, no("unreachable")));
  CAF_CHECK(check(bad).empty()); // the server may answer again
  bad.lines.back().server_was_gone = true;
  CAF_CHECK(breaks(bad, "L5"));
}

CAF_TEST(law_L6 a copy that is longer than the log is found) {
  auto bad = good();
  bad.lines[2] = line(2, "lookup alice", 45, 46, absent(3));
  CAF_CHECK(breaks(bad, "L6"));
}

CAF_TEST(law_L7 a block that nobody has asked for is found) {
  auto bad = good();
  bad.log[0] = put(1, "alice", 7, 20);
  CAF_CHECK(!check(bad).empty());
  CAF_CHECK(check(bad)[0].starts_with("L7"));
}

CAF_TEST(law_L8 an answer that takes too long is found) {
  auto bad = good();
  bad.lines[1].ended_at = bad.lines[1].begun_at + base::minutes{1};
  CAF_CHECK(breaks(bad, "L8"));
}

CAF_TEST(law_L9 news before the reply is found) {
  auto bad = good();
  bad.answers = {{1, "OK", 28}};
  bad.news = {{1, 2, 29, {}}};
  CAF_CHECK(check(bad).empty());
  bad.news = {{1, 2, 25, {}}};
  CAF_CHECK(breaks(bad, "L9"));
  bad.news = {{1, 2, 25, base::instant{base::seconds{1}}}}; // behind the bound
  CAF_CHECK(check(bad).empty());
}
