// What others ask of us: records, relaying, and handshakes for our own keys.

#include "net/dht/commands.hpp"
#include "net/dht/hyperdht_machine.hpp"

namespace hyper::dht {

void hyperdht::machine::serve(base::instant now,
                              const incoming_request& asked) {
  if (asked.message.command == code_of(command::peer_handshake))
    return serve_handshake(now, asked);
  if (asked.message.command == code_of(command::peer_holepunch))
    return serve_punch(now, asked);
  if (records::is_storing(asked.message.command))
    return serve_record(now, asked);
  refuse_command(now, asked);
}

/// The nodes closer to the target are the only way on for whoever asks a node
/// that stores nothing.
void hyperdht::machine::refuse_command(base::instant now,
                                       const incoming_request& asked) {
  node_.reply(now, asked,
              {.token = false,
               .closer = true,
               .error = error_unknown_command,
               .value = {}});
}

void hyperdht::machine::serve_record(base::instant now,
                                     const incoming_request& asked) {
  auto id = node_.id();
  if (!records_ || !id)
    return refuse_command(now, asked);
  if (auto answer = records_->handle(asked, *id))
    node_.reply(now, asked, std::move(*answer));
}

hyperdht::machine::service*
hyperdht::machine::service_of(const std::optional<node_id>& target) {
  if (!target)
    return nullptr;
  auto found = services_.find(*target);
  return found == services_.end() || !found->second.listener ? nullptr
                                                             : &found->second;
}

relay_knowledge
hyperdht::machine::knowledge_of(const std::optional<node_id>& target) {
  relay_knowledge known;
  known.is_ours = service_of(target) != nullptr;
  if (target && records_)
    known.announcer = records_->relay_target(*target);
  return known;
}

void hyperdht::machine::serve_handshake(base::instant now,
                                        const incoming_request& asked) {
  auto envelope = decode_handshake_envelope(asked.message.value);
  if (!envelope)
    return act(now, asked, relay_drop{});
  auto what = relay_handshake(knowledge_of(asked.message.target), asked.from,
                              *envelope);
  if (std::holds_alternative<relay_arrived>(what))
    return answer_arrived(now, asked, *envelope);
  act(now, asked, what);
}

void hyperdht::machine::answer_arrived(base::instant now,
                                       const incoming_request& asked,
                                       const handshake_envelope& envelope) {
  auto* here = service_of(asked.message.target);
  HYPER_ASSERT(here != nullptr);
  handshake_arrival arrived{envelope, asked.from, asked.message.to, asked.via};
  auto noise = here->listener->handle_handshake(now, arrived, presence(),
                                                here->announcer->relays(),
                                                node_.sending_socket());
  if (noise)
    act(now, asked, answer_handshake(asked.from, envelope, std::move(*noise)));
}

void hyperdht::machine::serve_punch(base::instant now,
                                    const incoming_request& asked) {
  auto envelope = decode_punch_envelope(asked.message.value);
  if (!envelope)
    return act(now, asked, relay_drop{});
  auto what =
      relay_punch(knowledge_of(asked.message.target), asked.from, *envelope);
  if (!std::holds_alternative<relay_arrived>(what))
    return act(now, asked, what);
  auto* here = service_of(asked.message.target);
  HYPER_ASSERT(here != nullptr);
  if (auto payload = here->listener->handle_punch(*envelope))
    act(now, asked, answer_punch(asked.from, *envelope, std::move(*payload)));
}

/// One datagram out for one in: a relay must never amplify.
void hyperdht::machine::act(base::instant now, const incoming_request& asked,
                            const relay_action& what) {
  const auto& message = asked.message;
  if (const auto* onwards = std::get_if<relay_onwards>(&what)) {
    ++stats_.relayed;
    node_.forward(now, asked.via, onwards->to, message.tid,
                  {message.command, message.target, onwards->value, {}});
  } else if (const auto* back = std::get_if<relay_response>(&what)) {
    stats_.relayed += back->to == asked.from ? 0 : 1;
    node_.respond(now, asked.via, back->to, message.tid,
                  {false, false, 0, back->value});
  } else if (std::holds_alternative<relay_closer>(what)) {
    node_.reply(now, asked, {false, true, 0, {}});
  } else {
    ++stats_.relay_refused;
  }
}

} // namespace hyper::dht
