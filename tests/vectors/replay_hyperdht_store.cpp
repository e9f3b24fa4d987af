// HyperDHT: what a storing node answers to a row of requests, to the byte. The
// node itself is put together here from its token secrets, its table and its
// records, as the vector gives them.

#include "net/dht/commands.hpp"
#include "net/dht/node.hpp"
#include "net/dht/records.hpp"
#include "net/dht/relay.hpp"
#include "tests/vectors/hyperdht_vectors.hpp"

namespace hyper::test::hyperdht {

namespace {

/// A datagram that the node sends.
struct sent {
  base::endpoint to;
  base::bytes raw;
};

class storing_node {
public:
  explicit storing_node(const json::object& about)
      : id_(fixed_hex<32>(about.at("id"))),
        previous_(fixed_hex<32>(about.at("previousSecret"))),
        current_(fixed_hex<32>(about.at("currentSecret"))),
        node_(config_of(about), chance_, base::instant{}),
        records_(chance_, base::instant{}, dht::repeated_announce::renews) {
    auto known = addresses_of(about.at("table"));
    node_.add_nodes(base::instant{}, known);
  }

  const dht::node_id& id() const { return id_; }

  std::vector<sent> handle(const base::endpoint& from, base::bytes_view raw) {
    auto decoded = dht::decode(raw);
    if (!decoded || !std::holds_alternative<dht::request>(*decoded))
      return {};
    dht::incoming_request asked{std::get<dht::request>(*decoded), from};
    if (asked.message.token && !is_valid(*asked.message.token, from))
      return {answer_to(asked, {.token = true,
                                .closer = true,
                                .error = dht::error_invalid_token,
                                .value = {}})};
    return serve(asked);
  }

private:
  static dht::config config_of(const json::object& about) {
    dht::config how;
    how.role = dht::role::persistent;
    how.address = endpoint_of(about);
    how.firewalled = false;
    how.server_port = how.address->port;
    return how;
  }

  static dht::write_token token_of(const base::hash32& secret,
                                   const base::endpoint& from) {
    auto host = base::host_text(from.host);
    return base::keyed_blake2b(secret, {base::as_bytes(host)});
  }

  bool is_valid(const dht::write_token& token, const base::endpoint& from) {
    return token == token_of(current_, from) ||
           token == token_of(previous_, from);
  }

  std::vector<sent> serve(const dht::incoming_request& asked) {
    const auto& command = asked.message.command;
    if (dht::records::is_storing(command)) {
      auto answer = records_.handle(asked, id_);
      return answer ? std::vector{answer_to(asked, *answer)}
                    : std::vector<sent>{};
    }
    if (command.number <= 1)
      return relay(asked);
    return {answer_to(asked, {.token = false,
                              .closer = true,
                              .error = dht::error_unknown_command,
                              .value = {}})};
  }

  dht::relay_action decide(const dht::incoming_request& asked) {
    dht::relay_knowledge known;
    if (asked.message.target)
      known.announcer = records_.relay_target(*asked.message.target);
    const auto& value = asked.message.value;
    if (asked.message.command.number == 1) {
      auto envelope = dht::decode_punch_envelope(value);
      return envelope ? dht::relay_punch(known, asked.from, *envelope)
                      : dht::relay_action{dht::relay_drop{}};
    }
    auto envelope = dht::decode_handshake_envelope(value);
    return envelope ? dht::relay_handshake(known, asked.from, *envelope)
                    : dht::relay_action{dht::relay_drop{}};
  }

  std::vector<sent> relay(const dht::incoming_request& asked) {
    auto action = decide(asked);
    if (auto* onwards = std::get_if<dht::relay_onwards>(&action)) {
      dht::request message = asked.message;
      message.id = id_;
      message.to = onwards->to;
      message.token.reset();
      message.value = onwards->value;
      return {{onwards->to, dht::encode(message)}};
    }
    if (auto* back = std::get_if<dht::relay_response>(&action)) {
      auto elsewhere = asked;
      elsewhere.from = back->to;
      return {answer_to(elsewhere, {false, false, 0, back->value})};
    }
    if (std::holds_alternative<dht::relay_closer>(action))
      return {answer_to(asked, {false, true, 0, {}})};
    return {};
  }

  sent answer_to(const dht::incoming_request& asked, const dht::answer& how) {
    dht::response message;
    message.tid = asked.message.tid;
    message.to = asked.from;
    message.id = id_;
    if (how.token)
      message.token = token_of(current_, asked.from);
    if (how.closer && asked.message.target)
      message.closer = node_.closest(*asked.message.target);
    message.error = how.error;
    message.value = how.value;
    return {asked.from, dht::encode(message)};
  }

  base::seeded_entropy chance_{1};
  dht::node_id id_;
  base::hash32 previous_, current_;
  dht::node node_;
  dht::records records_;
};

} // namespace

void replay_store(const json::object& file, report& out) {
  const auto& all = file.at("storeExchanges").as_object();
  const auto& about = all.at("node").as_object();
  storing_node node{about};
  out.check(dht::id_of(endpoint_of(about)) == node.id(), "id of the node");
  for (const auto& entry : all.at("steps").as_array()) {
    const auto& step = entry.as_object();
    auto name = text(step.at("name"));
    auto replies =
        node.handle(endpoint_of(step.at("from")), hex(step.at("request")));
    const auto& want = step.at("replies").as_array();
    out.equal(replies.size(), want.size(), name + ": replies");
    for (std::size_t i = 0; i < std::min(replies.size(), want.size()); ++i) {
      const auto& reply = want[i].as_object();
      out.check(replies[i].to == endpoint_of(reply.at("to")), name + ": to");
      out.equal(replies[i].raw, text(reply.at("hex")), name);
    }
  }
}

} // namespace hyper::test::hyperdht
