#define CAF_SUITE actors_trace_description

#include "actors/trace/description.hpp"

#include "actors/messages.hpp"
#include "actors/trace/chrome.hpp"
#include "actors/trace/text.hpp"
#include "base/text.hpp"
#include "net/rpc/values.hpp"

#include <caf/make_message.hpp>
#include <caf/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <set>

using namespace hyper;
using namespace hyper::actors;

namespace {

template <class T>
trace::description describe(T what) {
  return trace::describe(caf::make_message(std::move(what)));
}

std::string fact(const trace::description& from, std::string_view key) {
  for (const auto& one : from.fields)
    if (one.key == key)
      return trace::to_text(one);
  return "(none)";
}

// The types that the headers give to CAF, without their namespaces.
std::set<std::string> declared_types() {
  std::set<std::string> out;
  for (const auto* header : {"messages.hpp", "gateway/messages.hpp"}) {
    std::ifstream in{std::string{std::getenv("HYPER_SOURCE")} + "/actors/" +
                     header};
    const std::string begin = "HYPER_MESSAGE(hyper::actors::";
    for (std::string line; std::getline(in, line);) {
      if (!line.starts_with(begin))
        continue;
      auto name = line.substr(line.rfind(':') + 1);
      out.insert(name.substr(0, name.size() - 1));
    }
  }
  return out;
}

// Everything that a trace says about a message.
std::string all_output(const trace::description& what) {
  trace::record one;
  one.number = 1;
  one.what = what;
  auto out = trace::to_line(one, {});
  trace::chrome_writer{1}.append(out, one);
  return out;
}

} // namespace

CAF_TEST(every message has a description) {
  auto known = trace::described_types();
  std::set<std::string> described{known.begin(), known.end()};
  auto declared = declared_types();
  CAF_CHECK(declared.size() > 50);
  CAF_CHECK(described == declared);
}

CAF_TEST(a change tells what it is about) {
  base::public_key caller{};
  caller.fill(0xab);
  auto told = describe(change_name{{registry::action::put, "alice", caller}});
  CAF_CHECK_EQUAL(std::string{told.type}, "change_name");
  CAF_CHECK_EQUAL(fact(told, "action"), "register");
  CAF_CHECK_EQUAL(fact(told, "name"), "alice");
  CAF_CHECK_EQUAL(fact(told, "caller"), "abababab");
}

CAF_TEST(a call tells its name although that is encoded) {
  auto told = describe(rpc_call{7, "register", rpc::encode_name("bo")});
  CAF_CHECK_EQUAL(fact(told, "name"), "bo");
  CAF_CHECK_EQUAL(fact(told, "call"), "7");
  // What is no name is left out.
  auto broken = describe(rpc_call{7, "register", base::bytes{0xff, 1, 2}});
  CAF_CHECK_EQUAL(fact(broken, "name"), "(none)");
}

CAF_TEST(an error is told) {
  auto told = describe(committed{3, base::error{base::errc::io, "disk full"}});
  CAF_CHECK_EQUAL(fact(told, "ticket"), "3");
  CAF_CHECK_EQUAL(fact(told, "error"), "disk full");
}

CAF_TEST(names are escaped and cut) {
  auto told = describe(lookup_name{"a\n\x1b[31m", std::nullopt});
  CAF_CHECK_EQUAL(fact(told, "name"), "a\\x0a\\x1b[31m");
  auto longer = describe(lookup_name{std::string(1000, 'x'), std::nullopt});
  CAF_CHECK_EQUAL(fact(longer, "name").size(), trace::field_text_max);
}

CAF_TEST(messages of others have a type too) {
  CAF_CHECK_EQUAL(std::string{trace::describe(caf::make_message(1, 2)).type},
                  "unknown");
  CAF_CHECK_EQUAL(std::string{trace::describe(caf::message{}).type}, "unit");
  CAF_CHECK_EQUAL(
      std::string{describe(caf::exit_msg{{}, caf::exit_reason::kill}).type},
      "exit_msg");
}

CAF_TEST(secret keys never appear) {
  base::seed seed{};
  seed.fill(0x5e);
  auto key = base::make_key_pair(seed);
  noise::session session;
  session.tx.fill(0x5e);
  session.rx.fill(0x5e);
  dht::link link;
  link.session = session;

  dial_peer dial;
  dial.self = key;
  std::vector<trace::description> all = {
      describe(std::move(dial)),
      describe(listen_under{key}),
      describe(join_topic{{}, key}),
      describe(dial_ended{1, link, nullptr}),
      describe(discovery_news{dht::connected{{}, link}, nullptr}),
      describe(discovery_news{dht::accepted{{}, link}, nullptr}),
  };
  auto secret = base::to_hex(seed).substr(0, 8);
  for (const auto& one : all) {
    auto shown = all_output(one);
    CAF_CHECK(shown.find(secret) == std::string::npos);
    CAF_CHECK(shown.find("5e5e") == std::string::npos);
  }
  // The public key does, so the search above can find something.
  auto pub = base::to_hex(key.pub).substr(0, 8);
  CAF_CHECK(all_output(all[1]).find(pub) != std::string::npos);
}
