#include "actors/world/tcp_acceptor.hpp"

#include <chrono>
#include <utility>

namespace hyper::actors {

namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using code = boost::system::error_code;

constexpr std::chrono::milliseconds retry_time{100};

} // namespace

base::result<std::shared_ptr<tcp_acceptor>>
tcp_acceptor::open(asio::io_context& io, const base::endpoint& where,
                   const std::string& what_for) {
  auto out = std::make_shared<tcp_acceptor>(io);
  auto& acceptor = out->acceptor_;
  tcp::endpoint address{asio::ip::address_v4{where.host}, where.port};
  code problem;
  acceptor.open(address.protocol(), problem);
  if (!problem)
    acceptor.set_option(asio::socket_base::reuse_address(true), problem);
  if (!problem)
    acceptor.bind(address, problem);
  if (!problem)
    acceptor.listen(asio::socket_base::max_listen_connections, problem);
  if (!problem)
    return out;
  return base::error{problem == asio::error::address_in_use ? base::errc::busy
                                                            : base::errc::io,
                     "cannot listen for " + what_for + " on " +
                         base::to_text(where) + ": " + problem.message()};
}

void tcp_acceptor::start(taker take) {
  take_ = std::move(take);
  accept();
}

void tcp_acceptor::stop() {
  code ignored;
  acceptor_.close(ignored);
  retry_.cancel();
  take_ = nullptr;
}

base::endpoint tcp_acceptor::local() const {
  code ignored;
  auto address = acceptor_.local_endpoint(ignored);
  return {address.address().to_v4().to_bytes(), address.port()};
}

void tcp_acceptor::accept() {
  acceptor_.async_accept(
      [self = shared_from_this()](const code& problem, tcp::socket socket) {
        if (!self->acceptor_.is_open())
          return;
        if (problem)
          return self->accept_later();
        auto take = self->take_; // it may stop us
        take(std::move(socket));
        if (self->acceptor_.is_open())
          self->accept();
      });
}

// Out of file descriptors, most likely: others will close theirs.
void tcp_acceptor::accept_later() {
  retry_.expires_after(retry_time);
  retry_.async_wait([self = shared_from_this()](const code& problem) {
    if (!problem && self->acceptor_.is_open())
      self->accept();
  });
}

} // namespace hyper::actors
