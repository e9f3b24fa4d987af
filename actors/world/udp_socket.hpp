#pragma once

#include "base/endpoint.hpp"
#include "base/result.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include <functional>
#include <span>

namespace hyper::actors {

struct outgoing;

/// A bound UDP socket on the loop. Reads and writes go in batches of one
/// system call; nothing is queued here, a full kernel buffer drops.
class udp_socket {
public:
  /// Sees one datagram; the view ends when it returns.
  using receiver = std::function<void(base::endpoint from, base::bytes_view)>;

  /// Port 0 takes any. Fails with errc::busy if the port is in use.
  static base::result<udp_socket> bind(boost::asio::io_context& io,
                                       const base::endpoint& local);

  const base::endpoint& local() const { return local_; }

  /// Sends all of them; what the kernel does not take is counted and dropped.
  void send(std::span<const outgoing> datagrams);

  /// Calls `ready` whenever there is something to read; then call receive().
  void wait(std::function<void()> ready);

  /// Hands over what has arrived, up to the limit of one turn.
  void receive(const receiver& each);

  void close();

  std::uint64_t dropped() const { return dropped_; }

private:
  udp_socket(boost::asio::ip::udp::socket socket, const base::endpoint& local);

  boost::asio::ip::udp::socket socket_;
  base::endpoint local_;
  std::uint64_t dropped_ = 0;
};

} // namespace hyper::actors
