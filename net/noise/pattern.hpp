#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// Handshake patterns as data. One loop runs them in both directions.

namespace hyper::noise {

/// XX: nobody knows anybody. IK: the initiator knows the responder's key.
enum class pattern { xx, ik };

enum class role { initiator, responder };

/// A step of a message. One letter: that public key is sent. Two letters: the
/// initiator's and the responder's key of that kind are multiplied.
enum class token : std::uint8_t {
  e,  ///< ephemeral key, in the clear
  s,  ///< static key, encrypted as soon as there is a key
  ee, ///< both ephemerals
  es, ///< the initiator's ephemeral, the responder's static
  se, ///< the initiator's static, the responder's ephemeral
  ss, ///< both statics
};

/// The name that both sides mix in first; shorter than 64 bytes.
std::string_view protocol_name(pattern which);

std::size_t message_count(pattern which);

/// The steps of message number `i`, from 0; even ones are the initiator's.
/// Requires i < message_count(which).
std::span<const token> message_tokens(pattern which, std::size_t i);

/// Whether the initiator has to know the responder's static key beforehand.
bool responder_is_known(pattern which);

/// Whose static key takes part in a multiplication; the other side, or both,
/// take part with the ephemeral key.
bool uses_static(token product, role of);

} // namespace hyper::noise
