// Many WebSockets that listen to the gateway's events in one process, and
// whether each of them is told of each change once and in order.
//
//   listeners PORT COUNT FROM [SLOW [RETURNING]]
//
// All ask for what is behind the length FROM. Of them, the first SLOW take
// small bites with pauses, the next RETURNING leave after every few changes
// and ask on from the last one that they saw. Prints "open" when all are
// connected, then takes a length from standard input, prints a line of JSON
// once all have come to it, and exits with 0 if nothing was missed or doubled.

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;

// A bite of a slow one, and the pause behind it: small beside what the kernel
// keeps for it, so that the other side has to wait.
constexpr std::size_t bite = 256;
constexpr int pause_ms = 5;
constexpr int receive_buffer = 2048;

// Changes that one that returns takes before it leaves.
constexpr std::uint64_t stay = 10;

// Without any change for so long, the rest will not come.
constexpr auto patience = 30s;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "listeners: %s\n", why.c_str());
  std::exit(2);
}

struct tally {
  std::uint64_t told = 0;
  std::uint64_t missed = 0;
  std::uint64_t doubled = 0;
  std::uint64_t returned = 0;
};

enum class manner { quick, slow, returning };

/// One WebSocket, in its plainest form (RFC 6455, section 5.2).
class listener {
public:
  listener(std::uint16_t port, std::uint64_t from, manner how, tally& count)
      : port_(port), last_(from), how_(how), count_(count) {
    open();
  }

  int descriptor() const { return socket_; }
  std::uint64_t last() const { return last_; }
  bool is_open() const { return open_; }
  manner how() const { return how_; }

  /// Reads once; gives false when it has left and come back.
  bool read() {
    std::array<char, 65536> piece{};
    auto most = how_ == manner::slow ? bite : piece.size();
    auto got = ::recv(socket_, piece.data(), most, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
      return true;
    if (got <= 0)
      fail("a connection has ended at length " + std::to_string(last_));
    buffer_.append(piece.data(), static_cast<std::size_t>(got));
    if (!open_ && !take_reply())
      return true;
    std::size_t used = 0;
    while (auto size = take_frame(std::string_view{buffer_}.substr(used))) {
      used += size;
      if (how_ == manner::returning && last_ >= leave_at_) {
        come_back();
        return false;
      }
    }
    buffer_.erase(0, used);
    return true;
  }

private:
  void open() {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (how_ == manner::slow)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
                   sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket_ < 0 || ::connect(socket_, reinterpret_cast<sockaddr*>(&address),
                                 sizeof address) != 0)
      fail("cannot connect");
    send("GET /v1/events?from=" + std::to_string(last_) +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
         "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    leave_at_ = last_ + stay;
    open_ = false;
    buffer_.clear();
  }

  // Whatever was read behind the last change is forgotten: it has to come
  // again.
  void come_back() {
    ::close(socket_);
    ++count_.returned;
    open();
  }

  void send(std::string_view what) const {
    if (::send(socket_, what.data(), what.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(what.size()))
      fail("cannot send");
  }

  bool take_reply() {
    auto end = buffer_.find("\r\n\r\n");
    if (end == std::string::npos)
      return false;
    if (!buffer_.starts_with("HTTP/1.1 101 "))
      fail(buffer_.substr(0, buffer_.find('\r')));
    buffer_.erase(0, end + 4);
    open_ = true;
    return true;
  }

  // The bytes of one whole frame; its length has 7 bits, or 16.
  std::size_t take_frame(std::string_view from) {
    if (from.size() < 2)
      return 0;
    std::size_t size = static_cast<unsigned char>(from[1]);
    std::size_t head = 2;
    if (size > 126)
      fail("a frame that is masked or too long");
    if (size == 126) {
      head = 4;
      if (from.size() < head)
        return 0;
      size = static_cast<unsigned char>(from[2]) * 256U +
             static_cast<unsigned char>(from[3]);
    }
    if (from.size() < head + size)
      return 0;
    take(static_cast<unsigned char>(from[0]), from.substr(head, size));
    return head + size;
  }

  void take(unsigned char first, std::string_view body) {
    constexpr unsigned char text = 0x81;
    constexpr unsigned char ping = 0x89;
    if (first == ping) {
      // Masked, as clients have to; with a mask of zeros.
      std::string pong{"\x8a"};
      pong += static_cast<char>(0x80 | body.size());
      pong.append(4, '\0');
      return send(pong.append(body));
    }
    if (first != text)
      fail("a frame that is no text: closed by the other side?");
    constexpr std::string_view begin = "{\"length\":";
    std::uint64_t length = 0;
    if (!body.starts_with(begin) || !body.ends_with('}') ||
        std::from_chars(body.data() + begin.size(), body.data() + body.size(),
                        length)
                .ec != std::errc{})
      fail("no change: " + std::string{body});
    ++count_.told;
    if (length <= last_)
      ++count_.doubled;
    else
      count_.missed += length - last_ - 1;
    last_ = std::max(last_, length);
  }

  std::uint16_t port_;
  std::uint64_t last_;
  manner how_;
  tally& count_;
  int socket_ = -1;
  bool open_ = false;
  std::uint64_t leave_at_ = 0;
  std::string buffer_;
};

/// All of them, on one epoll.
class crowd {
public:
  crowd(std::uint16_t port, std::size_t size, std::uint64_t from,
        std::size_t slow, std::size_t returning)
      : epoll_(::epoll_create1(0)) {
    all_.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      auto how = i < slow               ? manner::slow
                 : i < slow + returning ? manner::returning
                                        : manner::quick;
      all_.emplace_back(port, from, how, count_);
      watch(i);
    }
    epoll_event input{};
    input.events = EPOLLIN;
    input.data.u64 = stdin_number;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, STDIN_FILENO, &input) != 0)
      fail("standard input has to be a pipe");
  }

  void run() {
    auto heard = std::chrono::steady_clock::now();
    for (auto before = count_.told; !is_done(); before = count_.told) {
      step();
      auto now = std::chrono::steady_clock::now();
      if (count_.told != before || !until_)
        heard = now;
      else if (now - heard > patience)
        break;
    }
  }

  /// Whether all came to the end, with nothing missed or doubled.
  bool report() const {
    std::size_t late = 0;
    for (const auto& one : all_)
      late += one.last() < *until_ ? 1 : 0;
    std::printf("{\"listeners\":%zu,\"told\":%llu,\"missed\":%llu,"
                "\"doubled\":%llu,\"late\":%zu,\"returned\":%llu}\n",
                all_.size(), static_cast<unsigned long long>(count_.told),
                static_cast<unsigned long long>(count_.missed),
                static_cast<unsigned long long>(count_.doubled), late,
                static_cast<unsigned long long>(count_.returned));
    return late == 0 && count_.missed == 0 && count_.doubled == 0;
  }

private:
  static constexpr std::uint64_t stdin_number = UINT64_MAX;

  void watch(std::size_t i) {
    if (all_[i].how() == manner::slow)
      return;
    epoll_event what{};
    what.events = EPOLLIN;
    what.data.u64 = i;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, all_[i].descriptor(), &what) != 0)
      fail("cannot watch a socket");
  }

  void step() {
    std::array<epoll_event, 256> events{};
    auto count = ::epoll_wait(epoll_, events.data(),
                              static_cast<int>(events.size()), pause_ms);
    for (int i = 0; i < count; ++i) {
      auto who = events[static_cast<std::size_t>(i)].data.u64;
      if (who == stdin_number)
        read_until();
      else if (!all_[who].read())
        watch(who);
    }
    for (auto& one : all_)
      if (one.how() == manner::slow)
        one.read();
    if (!said_ && std::ranges::all_of(all_, &listener::is_open)) {
      said_ = true;
      std::puts("open");
      std::fflush(stdout);
    }
  }

  void read_until() {
    std::uint64_t length = 0;
    if (std::scanf("%lu", &length) != 1)
      fail("standard input gave no length");
    until_ = length;
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, STDIN_FILENO, nullptr);
  }

  bool is_done() const {
    return until_ && std::ranges::all_of(all_, [this](const listener& one) {
             return one.last() >= *until_;
           });
  }

  int epoll_;
  tally count_;
  std::vector<listener> all_;
  std::optional<std::uint64_t> until_;
  bool said_ = false;
};

std::uint64_t number(int argc, char** argv, int i) {
  return i < argc ? std::strtoull(argv[i], nullptr, 10) : 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 4)
    fail("PORT COUNT FROM [SLOW [RETURNING]]");
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  crowd all{static_cast<std::uint16_t>(number(argc, argv, 1)),
            number(argc, argv, 2), number(argc, argv, 3), number(argc, argv, 4),
            number(argc, argv, 5)};
  all.run();
  return all.report() ? 0 : 1;
}
