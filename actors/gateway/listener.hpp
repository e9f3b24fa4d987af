#pragma once

#include "actors/gateway/instruments.hpp"
#include "actors/gateway/messages.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <boost/asio/io_context.hpp>
#include <caf/actor_system.hpp>

#include <functional>
#include <memory>

// HTTP/1.1 on TCP sockets: what Boost.Beast does for us, and its limits.

namespace hyper::actors::gateway {

/// Connections above the limit that are told so at a time; the others are
/// closed at once.
inline constexpr std::size_t refused_max = 64;

/// What a connection may take; beyond that it is refused or cut off.
struct limits {
  std::size_t connections = 1024;                  ///< more get a 503
  std::size_t header = 8 * 1024;                   ///< bytes; more get a 431
  base::duration request_time = base::seconds{10}; ///< for one to arrive
  base::duration idle_time = base::seconds{60};    ///< between two
  base::duration write_time = base::seconds{10};   ///< for a slow reader
};

/// Takes connections and lets an actor answer their requests.
class listener {
public:
  virtual ~listener() = default;

  virtual base::endpoint local() const = 0;

  /// Ends all connections; no new ones come.
  virtual void stop() = 0;
};

/// Called for each connection: who answers it.
using session_source = std::function<session_handle()>;

/// Fails with errc::busy if the address is in use, errc::io for the rest.
base::result<std::shared_ptr<listener>>
listen(boost::asio::io_context& io, caf::actor_system& system,
       const base::endpoint& where, const limits& how, const instruments& tools,
       session_source sessions);

} // namespace hyper::actors::gateway
