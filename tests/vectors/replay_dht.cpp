#include "net/dht/message.hpp"
#include "net/dht/node.hpp"
#include "net/dht/sampler.hpp"
#include "net/dht/table.hpp"
#include "net/dht/tokens.hpp"
#include "tests/support/vectors.hpp"

#include <algorithm>

// The recorded datagrams, ids, tokens and answers of dht-rpc.

namespace {

using namespace hyper;
using test::hex;
using test::number;
using test::report;
using test::text;
namespace json = test::json;

bool accepts(const json::object& file) {
  return file.contains("nodeIds") && file.contains("tokens") &&
         file.contains("exchanges") && file.contains("tableClosest");
}

// -- reading ------------------------------------------------------------------

base::endpoint endpoint_of(const json::value& value) {
  return {*base::parse_host(text(value.at("host"))),
          static_cast<std::uint16_t>(number(value.at("port")))};
}

std::vector<base::endpoint> endpoints_of(const json::value& list) {
  std::vector<base::endpoint> out;
  for (const auto& item : list.as_array())
    out.push_back(endpoint_of(item));
  return out;
}

std::optional<base::hash32> optional_hash(const json::value& value) {
  if (value.is_null())
    return std::nullopt;
  return test::fixed_hex<32>(value);
}

base::bytes optional_bytes(const json::value& value) {
  return value.is_null() ? base::bytes{} : hex(value);
}

dht::request request_of(const json::value& fields) {
  dht::request out;
  out.tid = static_cast<std::uint16_t>(number(fields.at("tid")));
  out.to = endpoint_of(fields.at("to"));
  out.id = optional_hash(fields.at("id"));
  out.token = optional_hash(fields.at("token"));
  out.command = {fields.at("internal").as_bool(), number(fields.at("command"))};
  out.target = optional_hash(fields.at("target"));
  out.value = optional_bytes(fields.at("value"));
  return out;
}

dht::response response_of(const json::value& fields) {
  dht::response out;
  out.tid = static_cast<std::uint16_t>(number(fields.at("tid")));
  out.to = endpoint_of(fields.at("to"));
  out.id = optional_hash(fields.at("id"));
  out.token = optional_hash(fields.at("token"));
  out.closer = endpoints_of(fields.at("closerNodes"));
  out.error = number(fields.at("error"));
  out.value = optional_bytes(fields.at("value"));
  return out;
}

dht::token_secrets secrets_of(const json::value& value) {
  return {test::fixed_hex<32>(value.at("previousSecret")),
          test::fixed_hex<32>(value.at("currentSecret"))};
}

// -- messages, ids, tokens ----------------------------------------------------

template <class Message>
void replay_message(const json::value& entry, const Message& want,
                    report& out) {
  auto name = text(entry.at("name"));
  auto raw = hex(entry.at("hex"));
  out.equal(dht::encode(want), text(entry.at("hex")), name + ": encode");
  auto got = dht::decode(raw);
  out.check(got.ok() && std::holds_alternative<Message>(*got) &&
                std::get<Message>(*got) == want,
            name + ": decode");
}

void replay_ids(const json::object& file, report& out) {
  for (const auto& entry : file.at("nodeIds").as_array()) {
    auto where = endpoint_of(entry);
    base::writer encoded;
    encoded.ipv4_address(where);
    out.equal(encoded.data(), text(entry.at("encoded")), "address");
    out.equal(dht::id_of(where), text(entry.at("id")), "node id");
  }
}

void replay_tokens(const json::object& file, report& out) {
  for (const auto& entry : file.at("tokens").as_array()) {
    auto secret = test::fixed_hex<32>(entry.at("secret"));
    auto host = *base::parse_host(text(entry.at("host")));
    out.equal(dht::make_token(secret, host), text(entry.at("token")), "token");
  }
}

// The steps are what a node goes through while time passes.
void replay_rotation(const json::object& file, report& out) {
  const auto& rotation = file.at("tokenRotation");
  auto host = *base::parse_host(text(rotation.at("host")));
  const auto& steps = rotation.at("steps").as_array();
  base::instant now;
  dht::tokens minted{secrets_of(steps.front()), now};
  for (const auto& step : steps) {
    minted.advance(now);
    out.check(minted.secrets() == secrets_of(step), "rotation: secrets");
    out.equal(minted.issue(host), text(step.at("issued")), "rotation: issued");
    out.check(minted.accepts(host, test::fixed_hex<32>(step.at("issued"))),
              "rotation: accepts what it issues");
    out.check(
        minted.accepts(host, test::fixed_hex<32>(step.at("alsoAccepted"))),
        "rotation: accepts what it issued before");
    now += dht::token_period;
  }
}

// -- exchanges ----------------------------------------------------------------

// The node of the recording: persistent, or the same without an id.
class recorded_node {
public:
  recorded_node(const json::value& recorded, bool persistent)
      : node_{config_of(recorded, persistent), chance_, now_} {
    node_.add_nodes(now_, endpoints_of(recorded.at("table")));
    drain();
  }

  // Everything that leaves within 50 ms; other commands than internal ones are
  // unknown here, as in the recording.
  std::vector<dht::transmit> exchange(dht::socket via,
                                      const base::endpoint& from,
                                      base::bytes_view datagram) {
    auto until = now_ + base::milliseconds{50};
    node_.handle_datagram(now_, via, from, datagram);
    auto out = drain();
    while (node_.poll_timeout() && *node_.poll_timeout() <= until) {
      now_ = std::max(now_, *node_.poll_timeout());
      node_.handle_timeout(now_);
      for (auto& late : drain())
        out.push_back(std::move(late));
    }
    now_ = until;
    return out;
  }

  const dht::node& node() const { return node_; }

private:
  static dht::config config_of(const json::value& recorded, bool persistent) {
    dht::config out;
    out.role = persistent ? dht::role::persistent : dht::role::ephemeral;
    out.firewalled = !persistent;
    out.address = endpoint_of(recorded);
    out.server_port =
        static_cast<std::uint16_t>(number(recorded.at("serverSocketPort")));
    out.secrets = secrets_of(recorded);
    return out;
  }

  std::vector<dht::transmit> drain() {
    while (auto what = node_.poll_event())
      if (const auto* asked = std::get_if<dht::incoming_request>(&*what))
        node_.reply(now_, *asked,
                    {.closer = true, .error = dht::error_unknown_command});
    std::vector<dht::transmit> out;
    while (auto one = node_.poll_transmit())
      out.push_back(std::move(*one));
    return out;
  }

  base::seeded_entropy chance_{1};
  base::instant now_;
  dht::node node_;
};

// What depends on chance is made equal: the tid of a request of the node's own;
// the order of the closer nodes of an ephemeral node, which follows from its
// random table id.
base::bytes comparable(const dht::message& what, bool persistent) {
  if (const auto* asked = std::get_if<dht::request>(&what)) {
    auto copy = *asked;
    copy.tid = 0;
    return dht::encode(copy);
  }
  auto copy = std::get<dht::response>(what);
  if (!persistent)
    std::sort(copy.closer.begin(), copy.closer.end());
  return dht::encode(copy);
}

void compare_reply(const dht::transmit& got, const json::value& want,
                   bool persistent, const std::string& name, report& out) {
  out.check(got.via == (text(want.at("viaSocket")) == "server"
                            ? dht::socket::server
                            : dht::socket::client),
            name + ": socket");
  out.check(got.to == endpoint_of(want.at("to")), name + ": destination");
  auto decoded = dht::decode(got.datagram);
  auto recorded = dht::decode(hex(want.at("hex")));
  if (!decoded || !recorded)
    return out.check(false, name + ": undecodable");
  out.check(comparable(*decoded, persistent) ==
                comparable(*recorded, persistent),
            name + ": reply");
}

void replay_exchanges(const json::object& file, report& out) {
  std::unique_ptr<recorded_node> node;
  for (const auto& entry : file.at("exchanges").as_array()) {
    auto name = text(entry.at("name"));
    auto persistent = text(entry.at("node")) == "persistent";
    if (!node || !entry.at("continuesPrevious").as_bool())
      node =
          std::make_unique<recorded_node>(file.at("exchangeNode"), persistent);
    auto via = text(entry.at("receivedOn")) == "server" ? dht::socket::server
                                                        : dht::socket::client;
    auto got = node->exchange(via, endpoint_of(entry.at("from")),
                              hex(entry.at("request")));
    const auto& want = entry.at("replies").as_array();
    out.equal(got.size(), want.size(), name + ": number of datagrams");
    for (std::size_t i = 0; i < std::min(got.size(), want.size()); ++i)
      compare_reply(got[i], want[i], persistent, name, out);
  }
}

void replay_ignored(const json::object& file, report& out) {
  recorded_node node{file.at("exchangeNode"), true};
  auto listed = node.node().node_count();
  for (const auto& entry : file.at("ignored").as_array()) {
    auto got = node.exchange(dht::socket::server, endpoint_of(entry.at("from")),
                             hex(entry.at("hex")));
    out.check(got.empty(), "ignored: " + text(entry.at("name")));
  }
  out.equal(node.node().node_count(), listed, "ignored: nobody listed");
}

// -- table and sampler --------------------------------------------------------

void compare_closest(const std::vector<dht::table_entry>& got,
                     const json::value& want, report& out) {
  const auto& list = want.as_array();
  out.equal(got.size(), list.size(), "closest: number");
  for (std::size_t i = 0; i < std::min(got.size(), list.size()); ++i)
    out.equal(got[i].id, text(list[i]), "closest");
}

void replay_table(const json::object& file, report& out) {
  for (const auto& entry : file.at("tableClosest").at("cases").as_array()) {
    dht::table table{test::fixed_hex<32>(entry.at("tableId"))};
    for (const auto& id : entry.at("addedInOrder").as_array())
      table.add({test::fixed_hex<32>(id), {}});
    table.check_invariant();
    out.equal(table.size(), number(entry.at("kept")), "table: kept");
    auto target = test::fixed_hex<32>(entry.at("target"));
    compare_closest(table.closest(target), entry.at("closest"), out);
    compare_closest(table.closest(target, 3), entry.at("closest3"), out);
  }
}

void replay_sampler(const json::object& file, report& out) {
  for (const auto& entry : file.at("natSampler").as_array()) {
    dht::sampler sampler;
    for (const auto& step : entry.at("steps").as_array()) {
      sampler.add(endpoint_of(step));
      const auto& host = step.at("resultHost");
      std::optional<base::endpoint> want;
      if (!host.is_null())
        want = {*base::parse_host(text(host)),
                static_cast<std::uint16_t>(number(step.at("resultPort")))};
      out.check(sampler.address() == want,
                "sampler: " + text(entry.at("name")));
    }
  }
}

// -- capture ------------------------------------------------------------------

void replay_packet(const json::value& packet, report& out) {
  auto raw = hex(packet.at("hex"));
  const auto& want = packet.at("decoded");
  auto kind = text(want.at("kind"));
  auto got = dht::decode(raw);
  if (kind != "req" && kind != "res")
    return out.check(!got.ok(), "capture: " + kind);
  if (!got)
    return out.check(false, "capture: undecodable");
  std::visit(
      [&](const auto& message) {
        out.check(dht::encode(message) == raw, "capture: encode");
        out.equal(message.tid, number(want.at("tid")), "capture: tid");
        out.check(base::to_text(message.to) == text(want.at("to")),
                  "capture: to");
      },
      *got);
  out.equal(std::uint64_t{raw[1]}, number(want.at("flags")), "capture: flags");
  if (const auto* asked = std::get_if<dht::request>(&*got))
    out.check(asked->command == dht::command_code{want.at("internal").as_bool(),
                                                  number(want.at("command"))},
              "capture: command");
}

void run(const json::object& file, report& out) {
  replay_ids(file, out);
  replay_tokens(file, out);
  replay_rotation(file, out);
  for (const auto& entry : file.at("requests").as_array())
    replay_message(entry, request_of(entry.at("fields")), out);
  for (const auto& entry : file.at("responses").as_array())
    replay_message(entry, response_of(entry.at("fields")), out);
  replay_exchanges(file, out);
  replay_ignored(file, out);
  replay_table(file, out);
  replay_sampler(file, out);
  for (const auto& packet : file.at("capture").at("packets").as_array())
    replay_packet(packet, out);
}

const test::register_replayer here{{"dht-rpc", accepts, run}};

} // namespace
