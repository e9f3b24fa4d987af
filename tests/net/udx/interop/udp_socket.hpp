#pragma once

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"

#include <functional>
#include <optional>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

namespace hyper::test {

/// A UDP socket on the loopback interface for the test peer: sends trains of
/// equal datagrams with one call where the kernel can do that, and receives the
/// same way.
class udp_socket {
public:
  using receiver = std::function<void(const base::endpoint&, base::bytes_view)>;

  udp_socket();
  ~udp_socket();
  udp_socket(const udp_socket&) = delete;

  std::uint16_t port() const;

  /// Queues a datagram; the bytes must stay until flush().
  void send(const base::endpoint& to, base::bytes_view datagram);
  void flush();

  /// Waits for a datagram until then, or for ever.
  void wait(base::instant now, std::optional<base::instant> until);

  /// Hands over what has arrived, up to a megabyte.
  void receive(const receiver& take);

  struct counters {
    std::size_t calls_out = 0;
    std::size_t calls_in = 0;
  };
  const counters& stats() const { return counters_; }

private:
  static constexpr std::size_t train_max = 44;
  static constexpr std::size_t batch = 16;
  static constexpr std::size_t buffer_size = 65'536;

  bool joins(const base::endpoint& to, base::bytes_view datagram) const;
  void send_each();

  int handle_ = -1;
  bool trains_ = true; ///< UDP_SEGMENT works
  base::endpoint to_;
  std::vector<iovec> train_;
  base::bytes buffers_;
  counters counters_;
};

/// Time since an arbitrary start.
base::instant monotonic_now();

} // namespace hyper::test
