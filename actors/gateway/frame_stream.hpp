#pragma once

#include "base/time.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Many messages of a WebSocket in one system call. Boost.Beast writes each one
// by itself; what is written here beside it may hold any number of them.

namespace hyper::actors::gateway {

/// Appends a whole text message, as a server sends it (RFC 6455, section 5.2).
inline void append_text_frame(std::string& out, std::string_view text) {
  constexpr char final_text = '\x81';
  out += final_text;
  auto size = text.size();
  auto digits = size < 126 ? 0 : size < 65536 ? 2 : 8;
  out += static_cast<char>(digits == 0 ? size : digits == 2 ? 126U : 127U);
  for (int i = digits - 1; i >= 0; --i)
    out += static_cast<char>(size >> (8 * i));
  out += text;
}

/// The layer between Beast's WebSocket and the socket: one write at a time,
/// whoever wants it. Beast writes whole control frames in one piece, so that
/// whole frames may stand between any two of its writes. Beast has at most one
/// write under way, and whoever calls write() waits for the end of its last
/// one: so much is buffered, and not more. `Next` is Beast's
/// stream on a socket, `Role` Beast's type for who is the server.
template <class Next, class Role>
class frame_stream {
public:
  using executor_type = typename Next::executor_type;
  using next_layer_type = Next;
  using code = boost::system::error_code;
  using done = std::function<void(const code&)>;

  /// A reader that does not take a write within `write_time` is cut off.
  frame_stream(Next next, base::duration write_time)
      : impl_(std::make_shared<impl>(std::move(next), write_time)) {}

  executor_type get_executor() { return impl_->next.get_executor(); }
  next_layer_type& next_layer() { return impl_->next; }
  const next_layer_type& next_layer() const { return impl_->next; }

  /// Writes whole frames; `then` is called when the socket has taken them.
  void write(std::string&& frames, done then) {
    auto& bytes = impl_->pending.bytes;
    if (bytes.empty())
      bytes = std::move(frames);
    else
      bytes += frames;
    impl_->pending.ends.push_back(std::move(then));
    impl::flush(impl_);
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& into, Token&& token) {
    return impl_->next.async_read_some(into, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    return boost::asio::async_initiate<Token, void(code, std::size_t)>(
        [this](auto handler, const Buffers& what) {
          // A std::function is copied, a handler can't be.
          auto held = std::make_shared<decltype(handler)>(std::move(handler));
          auto size = boost::asio::buffer_size(what);
          std::string bytes(size, '\0');
          boost::asio::buffer_copy(boost::asio::buffer(bytes), what);
          write(std::move(bytes), [held, size](const code& problem) {
            auto& call = *held;
            std::move(call)(problem, problem ? 0 : size);
          });
        },
        token, from);
  }

  /// Beast asks each layer to end itself; the socket's own way is found by its
  /// type.
  template <class Handler>
  friend void async_teardown(Role role, frame_stream& what, Handler&& handler) {
    async_teardown(role, what.next_layer(), std::forward<Handler>(handler));
  }

private:
  struct batch {
    std::string bytes;
    std::vector<done> ends;
  };

  // Outlives the stream until the socket has given up its buffer.
  struct impl {
    impl(Next from, base::duration time)
        : next(std::move(from)), timer(next.get_executor()), write_time(time) {}

    static void flush(const std::shared_ptr<impl>& self) {
      if (self->writing || self->pending.ends.empty())
        return;
      self->writing = true;
      self->timer.expires_after(
          std::chrono::microseconds{self->write_time.count()});
      self->timer.async_wait(
          [weak = std::weak_ptr<impl>(self)](const code& ended) {
            if (auto slow = weak.lock(); slow && !ended && slow->writing)
              slow->next.close();
          });
      auto now = std::make_shared<batch>(std::exchange(self->pending, {}));
      boost::asio::async_write(self->next.socket(),
                               boost::asio::buffer(now->bytes),
                               [self, now](const code& problem, std::size_t) {
                                 self->writing = false;
                                 self->timer.cancel();
                                 for (auto& end : now->ends)
                                   end(problem);
                                 flush(self);
                               });
    }

    Next next;
    boost::asio::steady_timer timer;
    base::duration write_time;
    batch pending;
    bool writing = false;
  };

  std::shared_ptr<impl> impl_;
};

} // namespace hyper::actors::gateway
