// Decision tables of the swarm.

#include "net/swarm/rules.hpp"
#include "tests/support/vectors.hpp"

namespace {

using namespace hyper;
using test::json::array;
using test::json::object;
using test::json::value;

void replay_duplicate(const object& entry, test::report& out) {
  const auto& existing = entry.at("existing").as_object();
  auto local = test::fixed_hex<32>(entry.at("localKey"));
  auto remote = test::fixed_hex<32>(entry.at("remoteKey"));
  auto kept = swarm::choose(local, remote,
                            test::number(existing.at("encryptedBytesRead")),
                            test::number(existing.at("encryptedBytesWritten")));
  auto keeps_existing = test::text(entry.at("keep")) == "existing";
  out.check((kept == swarm::survivor::existing) == keeps_existing, "survivor");
  out.check(entry.at("keepAliveSentOnExisting").as_bool() == keeps_existing,
            "keep-alive on the one that stays");
}

std::string letter(std::optional<swarm::pause> pause) {
  if (!pause)
    return "none";
  return std::string{"SMLX"[static_cast<std::size_t>(*pause)]};
}

void check_pause(const swarm::history& peer, const value& want,
                 test::report& out) {
  auto got = letter(swarm::next_pause(peer));
  out.check(got == (want.is_null() ? "none" : test::text(want)),
            "pause after " + std::to_string(peer.attempts) + " attempts");
}

void replay_retry(const object& entry, test::report& out) {
  swarm::history peer{
      entry.at("explicit").as_bool(), entry.at("proven").as_bool(),
      static_cast<unsigned>(test::number(entry.at("attempts")))};
  check_pause(peer, entry.at("retryTimer"), out);
  auto queueable = swarm::may_queue(peer);
  out.check(queueable == entry.at("queueable").as_bool(), "may be queued");
  out.equal(peer.attempts, test::number(entry.at("attemptsAfter")),
            "attempts after");
  if (queueable)
    out.equal(swarm::priority(peer), test::number(entry.at("priority")),
              "priority");
}

/// "connected for 16 s, closed"
std::optional<base::seconds> connected_for(const std::string& event) {
  constexpr std::string_view begin = "connected for ";
  if (event.rfind(begin, 0) != 0)
    return std::nullopt;
  return base::seconds{std::stoi(event.substr(begin.size()))};
}

void live(swarm::history& peer, const std::string& event) {
  if (auto lasted = connected_for(event)) {
    swarm::note_opened(peer);
    swarm::note_closed(peer, *lasted);
  } else if (event == "dial failed") {
    swarm::note_failed_dial(peer);
  } else if (event.rfind("found again", 0) == 0) {
    swarm::note_found(peer, false);
  }
}

void replay_life(const array& events, test::report& out) {
  swarm::history peer;
  unsigned shown = swarm::priority(peer);
  for (const auto& one : events) {
    const auto& entry = one.as_object();
    live(peer, test::text(entry.at("event")));
    auto queueable = swarm::may_queue(peer);
    if (queueable) // a peer that is not queued keeps its old priority
      shown = swarm::priority(peer);
    out.equal(peer.attempts, test::number(entry.at("attempts")), "attempts");
    out.check(peer.proven == entry.at("proven").as_bool(), "proven");
    out.check(queueable == entry.at("queueable").as_bool(), "queueable");
    out.equal(shown, test::number(entry.at("priority")), "priority");
    check_pause(peer, entry.at("retryTimer"), out);
  }
}

void replay_room(const object& entry, test::report& out) {
  auto may = swarm::may_dial(test::number(entry.at("explicitPeers")),
                             test::number(entry.at("connections")),
                             test::number(entry.at("maxPeers")));
  out.check(may == entry.at("mayDialMore").as_bool(), "room for a dial");
}

bool accepts(const object& file) {
  return file.contains("duplicateConnections") && file.contains("peerLife");
}

void run(const object& file, test::report& out) {
  for (const auto& entry :
       file.at("duplicateConnections").as_object().at("cases").as_array())
    replay_duplicate(entry.as_object(), out);
  for (const auto& entry : file.at("retry").as_object().at("table").as_array())
    replay_retry(entry.as_object(), out);
  replay_life(file.at("peerLife").as_array(), out);
  for (const auto& entry : file.at("maxPeers").as_array())
    replay_room(entry.as_object(), out);
}

const test::register_replayer here{{"hyperswarm", accepts, run}};

} // namespace
