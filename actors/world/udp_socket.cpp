#include "actors/world/udp_socket.hpp"

#include "actors/world/network.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

namespace hyper::actors {

namespace {

using udp = boost::asio::ip::udp;

// The original reads into buffers of this size and cuts what is longer.
constexpr std::size_t datagram_max = 2048;
// Datagrams per system call, and calls per turn, so that actors get theirs.
constexpr std::size_t batch_max = 64;
constexpr int batches_per_turn = 4;
// Holds some 2,700 full datagrams, as bursts of many peers add up.
constexpr int kernel_buffer_bytes = 4 << 20;

using raw_address = sockaddr_in;

raw_address to_raw(const base::endpoint& where) {
  raw_address out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(where.port);
  std::memcpy(&out.sin_addr, where.host.data(), where.host.size());
  return out;
}

base::endpoint from_raw(const raw_address& raw) {
  base::endpoint out;
  std::memcpy(out.host.data(), &raw.sin_addr, out.host.size());
  out.port = ntohs(raw.sin_port);
  return out;
}

// Path MTU discovery by probes needs "don't fragment" without the kernel's
// own opinion of the path.
void set_options(int descriptor) {
  int probe = IP_PMTUDISC_PROBE;
  setsockopt(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof probe);
  int size = kernel_buffer_bytes;
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

base::error bind_failure(const base::endpoint& local, int code) {
  auto text = "socket: cannot bind " + base::to_text(local) + ": " +
              std::strerror(code);
  return {code == EADDRINUSE ? base::errc::busy : base::errc::io, text};
}

// Memory of one recvmmsg call, set up once per thread.
struct receive_slots {
  std::array<std::array<std::uint8_t, datagram_max>, batch_max> data;
  std::array<raw_address, batch_max> from;
  std::array<iovec, batch_max> parts;
  std::array<mmsghdr, batch_max> headers;

  receive_slots() {
    for (std::size_t i = 0; i < batch_max; ++i) {
      parts[i] = {data[i].data(), datagram_max};
      headers[i] = {};
      headers[i].msg_hdr.msg_name = &from[i];
      headers[i].msg_hdr.msg_iov = &parts[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
  }

  int fill(int descriptor) {
    for (auto& header : headers)
      header.msg_hdr.msg_namelen = sizeof(raw_address);
    return recvmmsg(descriptor, headers.data(), batch_max, MSG_DONTWAIT,
                    nullptr);
  }
};

receive_slots& slots() {
  static thread_local receive_slots all;
  return all;
}

} // namespace

udp_socket::udp_socket(udp::socket socket, const base::endpoint& local)
    : socket_(std::move(socket)), local_(local) {}

base::result<udp_socket> udp_socket::bind(boost::asio::io_context& io,
                                          const base::endpoint& local) {
  boost::system::error_code code;
  udp::socket socket{io};
  socket.open(udp::v4(), code);
  if (code)
    return base::error{base::errc::io, "socket: " + code.message()};
  set_options(socket.native_handle());
  auto raw = to_raw(local);
  if (::bind(socket.native_handle(), reinterpret_cast<sockaddr*>(&raw),
             sizeof raw) != 0)
    return bind_failure(local, errno);
  socklen_t size = sizeof raw;
  getsockname(socket.native_handle(), reinterpret_cast<sockaddr*>(&raw), &size);
  return udp_socket{std::move(socket), from_raw(raw)};
}

void udp_socket::send(std::span<const outgoing> datagrams) {
  std::array<raw_address, batch_max> to;
  std::array<iovec, batch_max> parts;
  std::array<mmsghdr, batch_max> headers{};
  while (!datagrams.empty()) {
    auto count = std::min(datagrams.size(), batch_max);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& data = datagrams[i].data;
      to[i] = to_raw(datagrams[i].to);
      parts[i] = {const_cast<std::uint8_t*>(data.data()), data.size()};
      headers[i] = {};
      headers[i].msg_hdr.msg_name = &to[i];
      headers[i].msg_hdr.msg_namelen = sizeof(raw_address);
      headers[i].msg_hdr.msg_iov = &parts[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
    auto sent = sendmmsg(socket_.native_handle(), headers.data(),
                         static_cast<unsigned>(count), MSG_DONTWAIT);
    // The first of the rest was refused: skip it, the layer above repeats.
    if (sent <= 0)
      ++dropped_;
    auto done = sent <= 0 ? 1 : static_cast<std::size_t>(sent);
    datagrams = datagrams.subspan(done);
  }
}

void udp_socket::wait(std::function<void()> ready) {
  socket_.async_wait(udp::socket::wait_read,
                     [ready = std::move(ready)](boost::system::error_code e) {
                       if (!e)
                         ready();
                     });
}

void udp_socket::receive(const receiver& each) {
  auto& memory = slots();
  for (int batch = 0; batch < batches_per_turn; ++batch) {
    auto count = memory.fill(socket_.native_handle());
    for (int i = 0; i < count; ++i) {
      auto at = static_cast<std::size_t>(i);
      each(from_raw(memory.from[at]),
           {memory.data[at].data(), memory.headers[at].msg_len});
    }
    if (count < static_cast<int>(batch_max))
      return;
  }
}

void udp_socket::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

} // namespace hyper::actors
