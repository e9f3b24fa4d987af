#pragma once

#include "actors/world/network.hpp"
#include "base/result.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>

namespace hyper::actors {

struct udp_network_config {
  base::fixed_bytes<4> host{127, 0, 0, 1};
  std::uint16_t server_port = 0; ///< 0: any
};

/// The network of the operating system, on the loop. Fails with errc::busy if
/// the port is in use.
base::result<std::shared_ptr<network>>
open_udp_network(boost::asio::io_context& io, const udp_network_config& how);

} // namespace hyper::actors
