#include "net/dht/relay.hpp"

#include "base/assert.hpp"
#include "net/dht/address_class.hpp"

namespace hyper::dht {

namespace {

/// Whoever names an address could name one that must never be sent to.
template <class Action>
relay_action checked(Action action) {
  if (!is_sendable(action.to))
    return relay_drop{};
  return action;
}

relay_action onwards(const base::endpoint& to,
                     const handshake_envelope& envelope) {
  return checked(relay_onwards{to, encode(envelope)});
}

relay_action from_client(const relay_knowledge& known,
                         const base::endpoint& from,
                         const handshake_envelope& arrived) {
  HYPER_ASSERT(!known.is_ours && !arrived.noise.empty());
  auto to = arrived.relay ? arrived.relay : known.announcer;
  if (!to)
    return relay_closer{};
  return onwards(*to, {relay_mode::from_relay, arrived.noise, from, {}});
}

relay_action from_relay(const relay_knowledge& known,
                        const base::endpoint& from,
                        const handshake_envelope& arrived) {
  HYPER_ASSERT(!known.is_ours && !arrived.noise.empty());
  if (!known.announcer)
    return relay_drop{};
  return onwards(*known.announcer, {relay_mode::from_second_relay,
                                    arrived.noise, arrived.peer, from});
}

relay_action from_server(const base::endpoint& from,
                         const handshake_envelope& arrived) {
  if (!arrived.peer)
    return relay_drop{};
  return checked(relay_response{
      *arrived.peer,
      encode(handshake_envelope{relay_mode::reply, arrived.noise, from, {}})});
}

bool is_for_server(relay_mode mode) {
  return mode == relay_mode::from_client || mode == relay_mode::from_relay ||
         mode == relay_mode::from_second_relay;
}

} // namespace

relay_action relay_handshake(const relay_knowledge& known,
                             const base::endpoint& from,
                             const handshake_envelope& arrived) {
  if (arrived.noise.empty())
    return relay_drop{};
  if (known.is_ours)
    return is_for_server(arrived.mode) ? relay_action{relay_arrived{}}
                                       : relay_action{relay_drop{}};
  switch (arrived.mode) {
  case relay_mode::from_client:
    return from_client(known, from, arrived);
  case relay_mode::from_relay:
    return from_relay(known, from, arrived);
  case relay_mode::from_server:
    return from_server(from, arrived);
  default:
    return relay_drop{};
  }
}

relay_action relay_punch(const relay_knowledge& known,
                         const base::endpoint& from,
                         const punch_envelope& arrived) {
  auto pass = [&arrived](relay_mode mode, const base::endpoint& peer) {
    return encode(punch_envelope{mode, arrived.id, arrived.payload, peer});
  };
  switch (arrived.mode) {
  case relay_mode::from_client: {
    auto to = arrived.peer ? arrived.peer : known.announcer;
    if (!to)
      return relay_drop{};
    return checked(relay_onwards{*to, pass(relay_mode::from_relay, from)});
  }
  case relay_mode::from_relay:
    return known.is_ours && arrived.peer ? relay_action{relay_arrived{}}
                                         : relay_action{relay_drop{}};
  case relay_mode::from_server:
    if (!arrived.peer)
      return relay_drop{};
    return checked(
        relay_response{*arrived.peer, pass(relay_mode::reply, from)});
  default:
    return relay_drop{};
  }
}

relay_action answer_handshake(const base::endpoint& from,
                              const handshake_envelope& arrived,
                              base::bytes noise) {
  HYPER_ASSERT(is_for_server(arrived.mode) && !noise.empty());
  if (arrived.mode == relay_mode::from_client)
    return relay_response{from,
                          encode(handshake_envelope{
                              relay_mode::reply, std::move(noise), {}, {}})};
  auto to = arrived.mode == relay_mode::from_relay ? std::optional{from}
                                                   : arrived.relay;
  if (!to)
    return relay_drop{};
  return onwards(*to,
                 {relay_mode::from_server, std::move(noise), arrived.peer, {}});
}

relay_onwards answer_punch(const base::endpoint& from,
                           const punch_envelope& arrived, base::bytes payload) {
  HYPER_ASSERT(arrived.peer.has_value());
  return {from, encode(punch_envelope{relay_mode::from_server, 0,
                                      std::move(payload), arrived.peer})};
}

} // namespace hyper::dht
