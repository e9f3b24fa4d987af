#include "actors/trace/description.hpp"

#include "actors/gateway/messages.hpp"
#include "actors/json_text.hpp"
#include "actors/messages.hpp"
#include "actors/world/datagram_batch.hpp"
#include "base/text.hpp"

#include <caf/system_messages.hpp>

#include <algorithm>
#include <typeindex>
#include <unordered_map>

namespace hyper::actors::trace {

namespace {

using fields = std::vector<field>;
using gateway::changes_told;
using gateway::http_reply;
using gateway::http_request;
using gateway::next_changes;
using gateway::no_more_changes;

// Enough to tell keys apart, and no more than a line can bear.
constexpr std::size_t key_bytes_shown = 4;

std::string shorten(std::string text) {
  if (text.size() > field_text_max) {
    text.resize(field_text_max - 3);
    text += "...";
  }
  return text;
}

std::string shown(base::bytes_view key) {
  return base::to_hex(key.first(std::min(key.size(), key_bytes_shown)));
}

void add(fields& out, std::string_view key, std::uint64_t value) {
  out.push_back({key, value});
}

void add(fields& out, std::string_view key, const std::string& text) {
  out.push_back({key, shorten(base::escape(text))});
}

void add_key(fields& out, std::string_view key, base::bytes_view what) {
  out.push_back({key, shown(what)});
}

void add_error(fields& out, const base::error& why) {
  add(out, "error", why.message);
}

// -- to more than one kind of actor

void put(fields& out, const tick& x) {
  add(out, "generation", x.generation);
}

void put(fields&, const shut_down&) {}

void put(fields& out, const arrived& x) {
  add(out, "datagrams", x.batch ? x.batch->size() : 0);
  add(out, "bytes", x.batch ? x.batch->bytes() : 0);
}

void put(fields& out, const committed& x) {
  add(out, "ticket", x.ticket);
  if (!x.outcome)
    add_error(out, x.outcome.failure());
}

// -- discovery and swarm

void put(fields& out, const dial_peer& x) {
  add(out, "dial", x.dial);
  add_key(out, "remote", x.remote);
}

void put(fields& out, const listen_under& x) {
  add_key(out, "key", x.key.pub);
}

void put(fields& out, const join_topic& x) {
  add_key(out, "topic", x.topic);
}

void put(fields&, const discovery_query&) {}

void put(fields& out, const discovery_status& x) {
  add(out, "nodes", x.nodes);
  add(out, "ready", x.ready ? 1U : 0U);
}

std::string text_of(dht::connect_failure why) {
  switch (why) {
  case dht::connect_failure::not_found:
    return "not found";
  case dht::connect_failure::no_answer:
    return "no answer";
  case dht::connect_failure::incompatible:
    return "incompatible";
  case dht::connect_failure::refused:
    return "refused";
  case dht::connect_failure::no_way:
    return "no way";
  case dht::connect_failure::timed_out:
    return "timed out";
  case dht::connect_failure::limit:
    return "limit";
  }
  return "unknown";
}

void put_link(fields& out, const dht::link& x) {
  add_key(out, "remote", x.session.remote);
  add(out, "stream", x.local_stream);
  add(out, "at", base::to_text(x.remote));
}

void put(fields& out, const dial_ended& x) {
  add(out, "dial", x.dial);
  if (const auto* link = std::get_if<dht::link>(&x.outcome))
    put_link(out, *link);
  else
    add(out, "error", text_of(std::get<dht::connect_failure>(x.outcome)));
}

struct news_describer {
  fields& out;

  void what(const char* text) const { add(out, "what", text); }

  void operator()(const dht::ready&) const { what("ready"); }
  void operator()(const dht::closed&) const { what("closed"); }
  void operator()(const dht::changed&) const { what("changed"); }
  void operator()(const dht::listening& x) const {
    what("listening");
    add_key(out, "key", x.key);
    add(out, "relays", x.relays.size());
  }
  void operator()(const dht::announced& x) const {
    what("announced");
    add_key(out, "target", x.target);
    add(out, "nodes", x.nodes);
  }
  void operator()(const dht::connected& x) const {
    what("connected");
    put_link(out, x.link);
  }
  void operator()(const dht::connect_failed& x) const {
    what("connect failed");
    add(out, "error", text_of(x.why));
  }
  void operator()(const dht::accepted& x) const {
    what("accepted");
    put_link(out, x.link);
  }
  void operator()(const dht::peer_found& x) const {
    what("peer found");
    add_key(out, "remote", x.peer.key);
  }
  void operator()(const dht::lookup_done& x) const {
    what("lookup done");
    add(out, "peers", x.peers);
    add(out, "nodes", x.nodes);
  }
  void operator()(const dht::value_stored&) const { what("value stored"); }
  void operator()(const dht::value_found&) const { what("value found"); }
  void operator()(const dht::value_missing&) const { what("value missing"); }
};

void put(fields& out, const discovery_news& x) {
  std::visit(news_describer{out}, x.what);
}

void put(fields& out, const peer_proven& x) {
  add(out, "peer", x.peer);
}

void put(fields& out, const peer_silent& x) {
  add(out, "peer", x.peer);
}

void put(fields&, const swarm_query&) {}

void put(fields& out, const swarm_status& x) {
  add(out, "connections", x.connections);
  add(out, "known", x.known);
}

void put(fields&, const wait_until_announced&) {}
void put(fields&, const announced_everything&) {}
void put(fields&, const attach_swarm&) {}

// -- peer

void put(fields& out, const head_announced& x) {
  add(out, "length", x.head.length());
  add(out, "contiguous", x.contiguous);
}

void put(fields& out, const proof_made& x) {
  add(out, "request", x.request);
  if (const auto* proof = std::get_if<base::proof>(&x.outcome)) {
    if (proof->block)
      add(out, "block", proof->block->index);
    if (proof->upgrade)
      add(out, "length", proof->upgrade->start + proof->upgrade->length);
  } else {
    add(out, "refused", "1");
  }
}

void put(fields& out, const proofs_made& x) {
  add(out, "proofs", x.proofs ? x.proofs->size() : 0);
  if (x.proofs && !x.proofs->empty())
    put(out, x.proofs->front());
}

void put_request(fields& out, const base::proof_request& x) {
  add(out, "request", x.id);
  if (x.block)
    add(out, "block", x.block->index);
  if (x.upgrade)
    add(out, "length", x.upgrade->start + x.upgrade->length);
}

void put(fields& out, const fetch& x) {
  add(out, "orders", x.orders.size());
  if (!x.orders.empty())
    if (const auto* first =
            std::get_if<base::proof_request>(&x.orders.front().what))
      put_request(out, *first);
}

// The value of a call is its name, as a compact-encoded string.
void add_name_of(fields& out, base::bytes_view value) {
  base::reader in{value};
  if (auto name = in.finish(in.string()))
    add(out, "name", *name);
}

void put(fields& out, const rpc_call& x) {
  add(out, "call", x.call);
  add(out, "method", x.method);
  add_name_of(out, x.value);
}

void put(fields& out, const rpc_answer& x) {
  add(out, "call", static_cast<std::uint64_t>(x.call));
  if (const auto* text = std::get_if<std::string>(&x.outcome))
    add(out, "text", *text);
  else
    add(out, "error", std::get<rpc::remote_error>(x.outcome).message);
}

void put(fields& out, const hang_up& x) {
  add(out, "why", x.why);
}

void put(fields& out, const peer_gone& x) {
  add(out, "peer", x.peer);
}

// -- replica

void put(fields& out, const replication_opened& x) {
  add(out, "peer", x.peer);
}

void put(fields& out, const replication_news& x) {
  add(out, "peer", x.peer);
  add(out, "events", x.events ? x.events->size() : 0);
  if (!x.events)
    return;
  for (const auto& event : *x.events) {
    if (const auto* said = std::get_if<replication::sync>(&event))
      add(out, "length", said->length);
    else if (const auto* data = std::get_if<replication::received>(&event);
             data != nullptr && data->proof.block)
      add(out, "block", data->proof.block->index);
    if (out.size() > 6)
      return;
  }
}

// -- calls

void put(fields& out, const rpc_request& x) {
  add(out, "peer", x.peer);
  add_key(out, "caller", x.caller);
  add(out, "call", static_cast<std::uint64_t>(x.what.call));
  add(out, "rpc", x.connection + static_cast<std::uint64_t>(x.what.call));
  add(out, "method", x.what.method);
  add_name_of(out, x.what.value);
}

void put(fields& out, const rpc_delivered& x) {
  add(out, "peer", x.peer);
  add(out, "call", static_cast<std::uint64_t>(x.call));
}

void put(fields& out, const rpc_opened& x) {
  add(out, "peer", x.peer);
}

void put_text(fields& out, const base::result<std::string>& text) {
  if (text)
    add(out, "text", *text);
  else
    add_error(out, text.failure());
}

void put(fields& out, const rpc_returned& x) {
  add(out, "call", x.call);
  put_text(out, x.text);
}

void put(fields& out, const call_server& x) {
  add(out, "method", x.method);
  add(out, "name", x.name);
}

void put(fields& out, const server_reply& x) {
  put_text(out, x.text);
}

// -- log writer

void put(fields& out, const change_name& x) {
  add(out, "action", std::string{action_text(x.what.what)});
  add(out, "name", x.what.name);
  add_key(out, "caller", x.what.caller);
}

void put(fields& out, const decided& x) {
  if (!x.outcome)
    return add_error(out, x.outcome.failure());
  add(out, "text", registry::response_text(x.outcome->made));
  add(out, "length", x.outcome->length);
}

// -- index

void put(fields& out, const log_grown& x) {
  put(out, x.now);
  add(out, "announce", x.announce ? 1U : 0U);
}

void put(fields& out, const announce_length& x) {
  add(out, "length", x.length);
}

void put(fields& out, const sync_progress& x) {
  add(out, "claimed", x.claimed);
}

void put(fields& out, const subscribe& x) {
  add(out, "peer", x.peer);
}

void put(fields& out, const proofs_wanted& x) {
  add(out, "requests", x.requests.size());
  if (!x.requests.empty())
    put_request(out, x.requests.front());
}

void put(fields& out, const freshness& x) {
  add(out, "length", x.length);
  add(out, "current", x.current ? 1U : 0U);
}

void put(fields& out, const name_entry& x) {
  add(out, "name", x.name);
}

void put(fields& out, const lookup_name& x) {
  add(out, "name", x.name);
  if (x.at)
    add(out, "at", *x.at);
}

void put(fields& out, const name_found& x) {
  if (!x.outcome)
    add_error(out, x.outcome.failure());
  else if (*x.outcome)
    add_key(out, "owner", (*x.outcome)->owner);
  put(out, x.how_new);
}

void put(fields& out, const list_names& x) {
  if (!x.options.prefix.empty())
    add(out, "prefix", x.options.prefix);
}

void put(fields& out, const names_listed& x) {
  if (x.outcome)
    add(out, "names", x.outcome->size());
  else
    add_error(out, x.outcome.failure());
  put(out, x.how_new);
}

void put(fields& out, const name_history& x) {
  add(out, "name", x.name);
}

void put(fields& out, const changes_since& x) {
  add(out, "from", x.from);
  add(out, "limit", x.limit);
}

void put(fields& out, const history_told& x) {
  if (x.outcome)
    add(out, "events", x.outcome->size());
  else
    add_error(out, x.outcome.failure());
  put(out, x.how_new);
}

void put(fields& out, const names_of_key& x) {
  add_key(out, "key", x.key);
}

void put(fields&, const index_query&) {}

void put(fields& out, const index_status& x) {
  put(out, x.how_new);
  add(out, "names", x.names);
}

void put(fields&, const wait_until_current&) {}

void put(fields& out, const wait_for_change& x) {
  add(out, "name", x.name);
  add_key(out, "by", x.by);
  add(out, "action", std::string{action_text(x.what)});
  add(out, "from", x.from);
}

void put(fields& out, const wait_for_length& x) {
  add(out, "longer_than", x.longer_than);
}

void put(fields& out, const waited& x) {
  add(out, "happened", x.happened ? 1U : 0U);
  put(out, x.how_new);
}

// -- repl

void put(fields& out, const typed_line& x) {
  add(out, "text", x.text);
}

void put(fields& out, const run_once& x) {
  std::string text;
  for (const auto& word : x.words)
    text += (text.empty() ? "" : " ") + word;
  add(out, "text", text);
  if (x.words.size() > 1)
    add(out, "name", x.words[1]);
}

void put(fields&, const interrupt&) {}

// -- gateway: never the token

void put(fields& out, const http_request& x) {
  add(out, "method", x.method);
  add(out, "target", x.target);
}

void put(fields& out, const http_reply& x) {
  add(out, "status", x.status);
  add(out, "bytes", x.body.size());
}

void put(fields& out, const next_changes& x) {
  add(out, "behind", x.behind);
}

void put(fields&, const no_more_changes&) {}

void put(fields& out, const changes_told& x) {
  add(out, "changes", x.lines.size());
  add(out, "length", x.length);
}

// -- CAF's own

void put(fields& out, const caf::exit_msg& x) {
  if (x.source)
    add(out, "of", x.source.id());
}

void put(fields& out, const caf::down_msg& x) {
  if (x.source)
    add(out, "of", x.source.id());
}

void put(fields& out, const caf::error& x) {
  add(out, "code", x.code());
}

struct entry {
  std::string_view type;
  void (*put)(fields& out, const caf::type_erased_tuple& from);
};

template <class T>
void put_first(fields& out, const caf::type_erased_tuple& from) {
  put(out, from.get_as<T>(0));
}

#define HYPER_DESCRIBED(type)                                                  \
  {                                                                            \
    std::type_index(typeid(type)), {                                           \
#type, put_first < type>                                                 \
    }                                                                          \
  }

using table = std::unordered_map<std::type_index, entry>;

const table& ours() {
  static const table all = {
      HYPER_DESCRIBED(tick),
      HYPER_DESCRIBED(shut_down),
      HYPER_DESCRIBED(arrived),
      HYPER_DESCRIBED(committed),
      HYPER_DESCRIBED(dial_peer),
      HYPER_DESCRIBED(listen_under),
      HYPER_DESCRIBED(join_topic),
      HYPER_DESCRIBED(discovery_query),
      HYPER_DESCRIBED(discovery_status),
      HYPER_DESCRIBED(dial_ended),
      HYPER_DESCRIBED(discovery_news),
      HYPER_DESCRIBED(peer_proven),
      HYPER_DESCRIBED(peer_silent),
      HYPER_DESCRIBED(swarm_query),
      HYPER_DESCRIBED(swarm_status),
      HYPER_DESCRIBED(wait_until_announced),
      HYPER_DESCRIBED(announced_everything),
      HYPER_DESCRIBED(attach_swarm),
      HYPER_DESCRIBED(head_announced),
      HYPER_DESCRIBED(proof_made),
      HYPER_DESCRIBED(proofs_made),
      HYPER_DESCRIBED(fetch),
      HYPER_DESCRIBED(rpc_call),
      HYPER_DESCRIBED(rpc_answer),
      HYPER_DESCRIBED(hang_up),
      HYPER_DESCRIBED(peer_gone),
      HYPER_DESCRIBED(replication_opened),
      HYPER_DESCRIBED(replication_news),
      HYPER_DESCRIBED(rpc_request),
      HYPER_DESCRIBED(rpc_delivered),
      HYPER_DESCRIBED(rpc_opened),
      HYPER_DESCRIBED(rpc_returned),
      HYPER_DESCRIBED(call_server),
      HYPER_DESCRIBED(server_reply),
      HYPER_DESCRIBED(change_name),
      HYPER_DESCRIBED(decided),
      HYPER_DESCRIBED(log_grown),
      HYPER_DESCRIBED(announce_length),
      HYPER_DESCRIBED(sync_progress),
      HYPER_DESCRIBED(subscribe),
      HYPER_DESCRIBED(proofs_wanted),
      HYPER_DESCRIBED(freshness),
      HYPER_DESCRIBED(name_entry),
      HYPER_DESCRIBED(lookup_name),
      HYPER_DESCRIBED(name_found),
      HYPER_DESCRIBED(list_names),
      HYPER_DESCRIBED(names_listed),
      HYPER_DESCRIBED(name_history),
      HYPER_DESCRIBED(changes_since),
      HYPER_DESCRIBED(history_told),
      HYPER_DESCRIBED(names_of_key),
      HYPER_DESCRIBED(index_query),
      HYPER_DESCRIBED(index_status),
      HYPER_DESCRIBED(wait_until_current),
      HYPER_DESCRIBED(wait_for_change),
      HYPER_DESCRIBED(wait_for_length),
      HYPER_DESCRIBED(waited),
      HYPER_DESCRIBED(typed_line),
      HYPER_DESCRIBED(run_once),
      HYPER_DESCRIBED(interrupt),
      HYPER_DESCRIBED(http_request),
      HYPER_DESCRIBED(http_reply),
      HYPER_DESCRIBED(next_changes),
      HYPER_DESCRIBED(no_more_changes),
      HYPER_DESCRIBED(changes_told),
  };
  return all;
}

// CAF gives its own types no type_info, only a number.
std::string_view describe_builtin(const caf::type_erased_tuple& what,
                                  fields& out) {
  if (what.match_element<caf::exit_msg>(0)) {
    put_first<caf::exit_msg>(out, what);
    return "exit_msg";
  }
  if (what.match_element<caf::down_msg>(0)) {
    put_first<caf::down_msg>(out, what);
    return "down_msg";
  }
  if (what.match_element<caf::timeout_msg>(0))
    return "timeout_msg";
  if (what.match_element<caf::error>(0)) {
    put_first<caf::error>(out, what);
    return "error";
  }
  return "unknown";
}

} // namespace

description describe(const caf::type_erased_tuple& what) {
  description out;
  if (what.empty()) {
    out.type = "unit";
    return out;
  }
  const auto* type = what.type(0).second;
  auto found = type ? ours().find(std::type_index(*type)) : ours().end();
  if (found == ours().end()) {
    out.type = describe_builtin(what, out.fields);
    return out;
  }
  out.type = found->second.type;
  out.fields.reserve(4); // most have fewer
  found->second.put(out.fields, what);
  return out;
}

std::vector<std::string_view> described_types() {
  std::vector<std::string_view> out;
  for (const auto& [type, one] : ours())
    out.push_back(one.type);
  std::ranges::sort(out);
  return out;
}

std::string to_text(const field& one) {
  if (const auto* number = std::get_if<std::uint64_t>(&one.value))
    return std::to_string(*number);
  return std::get<std::string>(one.value);
}

} // namespace hyper::actors::trace
