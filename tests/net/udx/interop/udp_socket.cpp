#include "tests/net/udx/interop/udp_socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <system_error>

#include <netinet/udp.h>
#include <poll.h>
#include <unistd.h>

namespace hyper::test {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in to_native(const base::endpoint& where) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  std::memcpy(&out.sin_addr, where.host.data(), 4);
  out.sin_port = htons(where.port);
  return out;
}

base::endpoint from_native(const sockaddr_in& where) {
  base::endpoint out;
  std::memcpy(out.host.data(), &where.sin_addr, 4);
  out.port = ntohs(where.sin_port);
  return out;
}

/// The size of the datagrams that the kernel joined, or 0.
std::size_t segment_size(msghdr& message) {
  for (auto* item = CMSG_FIRSTHDR(&message); item != nullptr;
       item = CMSG_NXTHDR(&message, item))
    if (item->cmsg_level == SOL_UDP && item->cmsg_type == UDP_GRO) {
      int size = 0;
      std::memcpy(&size, CMSG_DATA(item), sizeof size);
      return static_cast<std::size_t>(size);
    }
  return 0;
}

void hand_over(base::bytes_view joined, std::size_t segment,
               const base::endpoint& from, const udp_socket::receiver& take) {
  if (segment == 0)
    segment = joined.size();
  while (!joined.empty()) {
    auto size = std::min(segment, joined.size());
    take(from, joined.first(size));
    joined = joined.subspan(size);
  }
}

} // namespace

base::instant monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return base::instant{} + base::seconds{now.tv_sec} +
         base::microseconds{now.tv_nsec / 1000};
}

udp_socket::udp_socket() : buffers_(batch * buffer_size) {
  handle_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  auto here = to_native({{127, 0, 0, 1}, 0});
  if (handle_ < 0 ||
      ::bind(handle_, reinterpret_cast<sockaddr*>(&here), sizeof here) != 0)
    fail("bind");
  int size = 4 * 1024 * 1024;
  setsockopt(handle_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(handle_, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  int on = 1;
  setsockopt(handle_, SOL_UDP, UDP_GRO, &on, sizeof on);
}

udp_socket::~udp_socket() {
  ::close(handle_);
}

std::uint16_t udp_socket::port() const {
  sockaddr_in here{};
  socklen_t size = sizeof here;
  getsockname(handle_, reinterpret_cast<sockaddr*>(&here), &size);
  return ntohs(here.sin_port);
}

// All datagrams of a train have the size of the first; a shorter one ends it.
bool udp_socket::joins(const base::endpoint& to,
                       base::bytes_view datagram) const {
  if (train_.empty())
    return true;
  return to == to_ && train_.size() < train_max &&
         train_.back().iov_len == train_.front().iov_len &&
         datagram.size() <= train_.front().iov_len;
}

void udp_socket::send(const base::endpoint& to, base::bytes_view datagram) {
  if (!joins(to, datagram))
    flush();
  to_ = to;
  train_.push_back(
      {const_cast<std::uint8_t*>(datagram.data()), datagram.size()});
}

void udp_socket::flush() {
  if (train_.size() < 2 || !trains_)
    return send_each();
  auto there = to_native(to_);
  std::array<char, CMSG_SPACE(sizeof(std::uint16_t))> control{};
  msghdr message{};
  message.msg_name = &there;
  message.msg_namelen = sizeof there;
  message.msg_iov = train_.data();
  message.msg_iovlen = train_.size();
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  auto* item = CMSG_FIRSTHDR(&message);
  item->cmsg_level = SOL_UDP;
  item->cmsg_type = UDP_SEGMENT;
  item->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
  auto size = static_cast<std::uint16_t>(train_.front().iov_len);
  std::memcpy(CMSG_DATA(item), &size, sizeof size);
  ++counters_.calls_out;
  if (::sendmsg(handle_, &message, 0) < 0 &&
      (errno == EIO || errno == EINVAL)) {
    trains_ = false;
    return send_each();
  }
  train_.clear();
}

// A full buffer is a lost datagram: the stream sends it again.
void udp_socket::send_each() {
  auto there = to_native(to_);
  for (const auto& one : train_) {
    ++counters_.calls_out;
    ::sendto(handle_, one.iov_base, one.iov_len, 0,
             reinterpret_cast<sockaddr*>(&there), sizeof there);
  }
  train_.clear();
}

void udp_socket::wait(base::instant now, std::optional<base::instant> until) {
  timespec time{};
  if (until && *until > now) {
    auto left = (*until - now).count();
    time = {left / 1'000'000, left % 1'000'000 * 1'000};
  }
  pollfd one{handle_, POLLIN, 0};
  ::ppoll(&one, 1, until ? &time : nullptr, nullptr);
}

void udp_socket::receive(const receiver& take) {
  std::array<mmsghdr, batch> messages{};
  std::array<iovec, batch> parts{};
  std::array<sockaddr_in, batch> names{};
  std::array<std::array<char, CMSG_SPACE(sizeof(int))>, batch> controls{};
  for (std::size_t i = 0; i < batch; ++i) {
    parts[i] = {buffers_.data() + i * buffer_size, buffer_size};
    auto& message = messages[i].msg_hdr;
    message.msg_name = &names[i];
    message.msg_namelen = sizeof names[i];
    message.msg_iov = &parts[i];
    message.msg_iovlen = 1;
    message.msg_control = controls[i].data();
    message.msg_controllen = controls[i].size();
  }
  ++counters_.calls_in;
  auto count = ::recvmmsg(handle_, messages.data(), batch, 0, nullptr);
  for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count);
       ++i) {
    auto joined = base::bytes_view{buffers_}.subspan(i * buffer_size,
                                                     messages[i].msg_len);
    hand_over(joined, segment_size(messages[i].msg_hdr), from_native(names[i]),
              take);
  }
}

} // namespace hyper::test
