#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hyper::actors {

/// Which addresses has this host? Asks the operating system on a thread of its
/// own, since a question that waits for a name server cannot be taken back:
/// asio's resolver makes the loop's end wait for it. The thread shares nothing
/// with the loop but a socket, and whoever comes first may end.
class name_lookup final : public std::enable_shared_from_this<name_lookup> {
public:
  using addresses = std::vector<boost::asio::ip::tcp::endpoint>;
  using done = std::function<void(const addresses&)>;

  /// Calls `then` on the loop, with nothing if there is none; not after stop().
  /// `host` is a name or an address without brackets, `port` its digits.
  static std::shared_ptr<name_lookup>
  start(const boost::asio::any_io_executor& loop, const std::string& host,
        const std::string& port, done then);

  explicit name_lookup(const boost::asio::any_io_executor& loop)
      : answer_(loop) {}

  void stop();

private:
  void read(done then);

  boost::asio::local::stream_protocol::socket answer_;
  std::string found_; ///< socket addresses, as the system has them
  bool stopped_ = false;
};

} // namespace hyper::actors
