#pragma once

#include "base/bytes.hpp"
#include "base/entropy.hpp"

#include <cstdint>
#include <functional>
#include <optional>

// Streams share their socket with DHT messages and one-byte probes. What is a
// stream packet is decided by its first two bytes and its length; whether the
// id names a living stream is for the owner of the streams to say, and what is
// no packet of a living stream goes to the other readers of the socket.

namespace hyper::udx {

/// The id of the receiving stream, if the datagram is a stream packet.
std::optional<std::uint32_t> stream_id_of(base::bytes_view datagram);

/// Tries of choose_id before it gives up. With a table that is half full of
/// all ids there are, a miss after that many tries has a chance of 2^-64.
inline constexpr int choose_id_tries_max = 64;

/// A random id for which `is_taken` says no. Ids are the only protection
/// against forged packets, so all their bits are random. Nothing if every try
/// was taken, which means that `is_taken` is wrong or the table is full.
std::optional<std::uint32_t>
choose_id(base::entropy& chance,
          const std::function<bool(std::uint32_t)>& is_taken);

} // namespace hyper::udx
