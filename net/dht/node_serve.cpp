#include "net/dht/node_machine.hpp"

// Requests of others: the commands of this layer, and answers in general.

namespace hyper::dht {

void node::machine::serve(base::instant now, const incoming_request& what) {
  switch (what.message.command.number) {
  case internal::ping.number:
    return reply(now, what, {});
  case internal::ping_nat.number:
    return serve_ping_nat(now, what);
  case internal::find_node.number:
    if (what.message.target)
      return reply(now, what, {.closer = true});
    ++stats_.bad_requests;
    return;
  case internal::down_hint.number:
    return serve_down_hint(now, what);
  case internal::delayed_ping.number:
    return serve_delayed_ping(now, what);
  default:
    return reply(now, what, {.closer = true, .error = error_unknown_command});
  }
}

// The answer goes to another port of the same host, never to another host:
// whoever asks for it is hit by it.
void node::machine::serve_ping_nat(base::instant now,
                                   const incoming_request& what) {
  base::reader in{what.message.value};
  auto port = in.u16();
  if (in.failed() || port == 0) {
    ++stats_.bad_requests;
    return;
  }
  auto diverted = what;
  diverted.from.port = port;
  reply(now, diverted, {});
}

void node::machine::serve_down_hint(base::instant now,
                                    const incoming_request& what) {
  base::reader in{what.message.value};
  auto down = in.ipv4_address();
  if (in.failed()) {
    ++stats_.bad_requests;
    return;
  }
  auto* node = contacts_.find(id_of(down));
  auto unchecked = node != nullptr &&
                   (node->pinged < upkeep_.current() || node->down_hints == 0);
  if (unchecked && checks_ < checks_max) {
    ++node->down_hints;
    check(now, *node);
  }
  reply(now, what, {});
}

void node::machine::serve_delayed_ping(base::instant now,
                                       const incoming_request& what) {
  base::reader in{what.message.value};
  base::duration delay = base::milliseconds{in.u32()};
  if (in.failed() || delay > delay_longest) {
    ++stats_.bad_requests;
    return;
  }
  if (delayed_.size() >= delayed_max) {
    ++stats_.rate_limited;
    return;
  }
  delayed_.emplace(now + delay,
                   transmit{what.via, what.from, encode(answer_to(what, {}))});
}

response node::machine::answer_to(const incoming_request& to, answer what) {
  response out;
  out.tid = to.message.tid;
  out.to = to.from;
  out.id = id_for(to.via);
  if (what.token)
    out.token = tokens_.issue(to.from.host);
  if (what.closer && to.message.target)
    out.closer = contacts_.closest(*to.message.target);
  out.error = what.error;
  out.value = std::move(what.value);
  return out;
}

void node::machine::reply(base::instant now, const incoming_request& to,
                          answer what) {
  tokens_.advance(now);
  if (!suspended_)
    transmits_.push_back(
        {to.via, to.from, encode(answer_to(to, std::move(what)))});
}

} // namespace hyper::dht
