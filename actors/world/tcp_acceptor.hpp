#pragma once

#include "base/endpoint.hpp"
#include "base/result.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>

namespace hyper::actors {

/// Takes TCP connections at one address, on the loop, until it is stopped: what
/// goes wrong with one, such as no free file descriptor, does not end it.
class tcp_acceptor final : public std::enable_shared_from_this<tcp_acceptor> {
public:
  using taker = std::function<void(boost::asio::ip::tcp::socket)>;

  /// Binds and listens; connections wait for start(). `what_for` is said in the
  /// error: errc::busy if the address is in use, errc::io for the rest.
  static base::result<std::shared_ptr<tcp_acceptor>>
  open(boost::asio::io_context& io, const base::endpoint& where,
       const std::string& what_for);

  explicit tcp_acceptor(boost::asio::io_context& io)
      : acceptor_(io), retry_(io) {}

  /// Each connection is given to `take`, which is kept until stop().
  void start(taker take);
  void stop();

  base::endpoint local() const;

private:
  void accept();
  void accept_later();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
  taker take_;
};

} // namespace hyper::actors
