#pragma once

#include "actors/world/network.hpp"
#include "base/result.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <optional>

namespace hyper::actors {

/// WebSockets open at a time; more are turned away at once.
inline constexpr std::size_t websockets_max = 4096;

/// How long connecting and the HTTP upgrade may take.
inline constexpr base::duration websocket_upgrade_time = base::seconds{10};

/// Streams as WebSockets of the operating system, on the loop: one stream each,
/// numbered by whoever opens it (accepted ones: even). What to send and what
/// arrives are frames (net/transport/frame.hpp). Of a stream that nobody has
/// claimed, one message is read for each `more`.
/// With `listen`, strangers may connect as long as there are less than `most`
/// streams; fails with errc::busy if the address is in use, errc::io for the
/// rest.
base::result<std::shared_ptr<network>>
open_websocket_network(boost::asio::io_context& io,
                       std::optional<base::endpoint> listen,
                       std::size_t most = websockets_max);

} // namespace hyper::actors
