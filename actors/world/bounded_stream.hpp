#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>

#include <cstddef>
#include <utility>

namespace hyper::actors {

/// The layer between Beast's WebSocket and the socket: reads at most so many
/// bytes until it is opened. Beast bounds neither the HTTP reply that a client
/// waits for, nor the fields behind a chunked body in any direction. `Next` is
/// Beast's stream on a socket, `Role` Beast's type for who is the server.
template <class Next, class Role>
class bounded_stream {
public:
  using executor_type = typename Next::executor_type;
  using next_layer_type = Next;

  bounded_stream(Next next, std::size_t bytes)
      : next_(std::move(next)), left_(bytes) {}

  executor_type get_executor() { return next_.get_executor(); }
  next_layer_type& next_layer() { return next_; }
  const next_layer_type& next_layer() const { return next_; }

  /// From here on any number may come.
  void open() { open_ = true; }

  /// Fails with asio::error::message_size beyond the bound.
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& into, Token&& token) {
    using code = boost::system::error_code;
    auto step = [this, into, begun = false](auto& self, code problem = {},
                                            std::size_t bytes = 0) mutable {
      if (!std::exchange(begun, true))
        return next_.async_read_some(into, std::move(self));
      if (!open_ && bytes > left_)
        problem = boost::asio::error::message_size;
      left_ -= open_ || problem ? 0 : bytes;
      self.complete(problem, bytes);
    };
    return boost::asio::async_compose<Token, void(code, std::size_t)>(
        std::move(step), token, next_);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    return next_.async_write_some(from, std::forward<Token>(token));
  }

  /// Beast asks each layer to end itself; the socket's own way is found by its
  /// type.
  template <class Handler>
  friend void async_teardown(Role role, bounded_stream& what,
                             Handler&& handler) {
    async_teardown(role, what.next_layer(), std::forward<Handler>(handler));
  }

private:
  Next next_;
  std::size_t left_;
  bool open_ = false;
};

} // namespace hyper::actors
