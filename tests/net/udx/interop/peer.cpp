// udx-peer: one end of a stream for the interop tests.
//
//   udx-peer ROLE LOCAL_ID REMOTE_ID [N]
//
//   send N        sends N bytes of the pattern, then ends
//   serve N       as send, but ends only when the peer has ended
//   echo          sends back what comes; ends when the peer ends
//   ping N        N times: sends 100 bytes and waits for their echo; then ends
//   destroy N     destroys the stream once N bytes have come
//   window N      keeps its window closed for N milliseconds; then as echo
//   blast N       as send, with zeros: for measuring
//   sink          as echo without sending back, and keeps nothing
//
// Prints "port P" on its first line, waits for the port of the other end on
// standard input, and prints one object with what happened when the stream was
// closed:
// {"reason":"ended",...}.

#include "base/hash.hpp"
#include "base/text.hpp"
#include "net/udx/demux.hpp"
#include "net/udx/stream.hpp"
#include "tests/net/udx/interop/udp_socket.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

namespace {

using namespace hyper;
using base::bytes;
using base::instant;

/// How long the peer lives after its stream was closed, to answer late packets.
constexpr auto linger = udx::tombstones::lifetime;

/// Written at a time by the senders.
constexpr std::size_t chunk_size = 65'536;

/// The same bytes as pattern() in the script.
class pattern {
public:
  bytes next(std::size_t count) {
    bytes out(count);
    for (auto& byte : out) {
      state_ = state_ * 1664525 + 1013904223;
      byte = static_cast<std::uint8_t>(state_ >> 24);
    }
    return out;
  }

private:
  std::uint32_t state_ = 1;
};

struct options {
  std::string role;
  std::uint32_t local_id = 0;
  std::uint32_t remote_id = 0;
  std::size_t count = 0;
};

const char* reason_text(udx::close_reason reason) {
  switch (reason) {
  case udx::close_reason::ended:
    return "ended";
  case udx::close_reason::reset:
    return "reset";
  case udx::close_reason::timed_out:
    return "timed_out";
  case udx::close_reason::destroyed:
    return "destroyed";
  }
  return "?";
}

class peer {
public:
  explicit peer(const options& wanted)
      : options_(wanted), stream_(make_config(wanted), now_) {}

  std::uint16_t port() const { return socket_.port(); }

  void run(const base::endpoint& remote) {
    now_ = started_ = test::monotonic_now();
    stream_.connect(now_, options_.remote_id, remote);
    if (options_.role == "ping")
      ping();
    if (options_.role == "window")
      reopen_at_ = now_ + base::milliseconds{options_.count};
    turn();
    while (!closed_ || now_ < quit_at_) {
      socket_.wait(now_, next_timeout());
      now_ = test::monotonic_now();
      socket_.receive(
          [this](const base::endpoint& from, base::bytes_view datagram) {
            take(from, datagram);
          });
      now_ = test::monotonic_now();
      tick();
      turn();
    }
  }

private:
  void report() const {
    const auto& stats = stream_.stats();
    auto seconds = static_cast<double>((closed_at_ - started_).count()) / 1e6;
    std::printf(
        "{\"reason\":\"%s\",\"received\":%zu,\"hash\":\"%s\","
        "\"acknowledged\":%llu,\"seconds\":%.3f,\"mtu\":%u,"
        "\"packets\":%llu,\"acks\":%llu,\"retransmitted\":%llu,"
        "\"timeouts\":%llu,\"tail_probes\":%llu,\"heartbeats\":%llu,"
        "\"duplicates\":%llu,\"out_of_order\":%llu,\"calls\":%zu}\n",
        reason_text(*closed_), static_cast<std::size_t>(stats.bytes_received),
        base::to_hex(base::blake2b_64({received_})).c_str(), big(acknowledged_),
        seconds, stream_.mtu(), big(stats.packets_sent), big(stats.acks_sent),
        big(stats.retransmitted), big(stats.timeouts), big(stats.tail_probes),
        big(stats.heartbeats_sent), big(stats.duplicates),
        big(stats.out_of_order),
        socket_.stats().calls_out + socket_.stats().calls_in);
    std::fflush(stdout);
  }

  static unsigned long long big(std::uint64_t value) { return value; }

  static udx::config make_config(const options& wanted) {
    udx::config out;
    out.local_id = wanted.local_id;
    if (wanted.role == "window")
      out.window = 0;
    return out;
  }

  void take(const base::endpoint& from, base::bytes_view datagram) {
    auto id = udx::stream_id_of(datagram);
    if (id != options_.local_id)
      return;
    if (!closed_)
      return stream_.handle_datagram(now_, from, datagram);
    if (auto answer = graves_.handle_datagram(now_, datagram)) {
      socket_.send(answer->to, answer->datagram);
      socket_.flush();
    }
  }

  void tick() {
    if (auto at = stream_.poll_timeout(); at && *at <= now_)
      stream_.handle_timeout(now_);
    if (reopen_at_ && *reopen_at_ <= now_) {
      reopen_at_.reset();
      stream_.advertise_window(now_, udx::window_default);
    }
  }

  // Events first: what is written in answer shares packets, and saves an
  // acknowledgement.
  void turn() {
    while (auto happened = stream_.poll_event())
      std::visit([this](auto& what) { on(what); }, *happened);
    send_more();
    while (auto out = stream_.poll_transmit())
      socket_.send(out->to, out->datagram);
    socket_.flush();
  }

  bool is_sender() const {
    return options_.role == "send" || options_.role == "serve" ||
           options_.role == "blast";
  }

  void send_more() {
    if (!is_sender() || closed_)
      return;
    while (sent_ < options_.count && !stream_.backlogged()) {
      auto size = std::min(chunk_size, options_.count - sent_);
      auto zeros = options_.role == "blast";
      stream_.write(now_, zeros ? bytes(size) : pattern_.next(size)).value();
      sent_ += size;
    }
    if (sent_ == options_.count && (options_.role != "serve" || peer_ended_))
      stream_.end(now_);
  }

  void ping() { stream_.write(now_, pattern_.next(100)).value(); }

  void on(udx::data& got) {
    if (options_.role == "sink")
      return;
    base::append(received_, got.payload);
    if (options_.role == "echo" || options_.role == "window")
      stream_.write(now_, std::move(got.payload)).value();
    else if (options_.role == "destroy" && received_.size() >= options_.count)
      stream_.destroy(now_);
    else if (options_.role == "ping" && received_.size() == (pings_ + 1) * 100)
      ++pings_ == options_.count ? stream_.end(now_) : ping();
  }

  void on(udx::acknowledged& what) { acknowledged_ = what.offset; }
  void on(udx::drained&) {}
  void on(udx::contacted&) {}

  void on(udx::end_received&) {
    peer_ended_ = true;
    if (!is_sender())
      stream_.end(now_);
  }

  void on(udx::closed& what) {
    closed_ = what.reason;
    closed_at_ = now_;
    quit_at_ = now_ + linger;
    if (auto grave = stream_.epitaph())
      graves_.bury(now_, *grave);
    report();
  }

  std::optional<instant> next_timeout() const {
    if (closed_)
      return quit_at_;
    auto first = stream_.poll_timeout();
    if (reopen_at_ && (!first || *reopen_at_ < *first))
      first = reopen_at_;
    return first;
  }

  options options_;
  test::udp_socket socket_;
  instant now_ = test::monotonic_now();
  instant started_;
  udx::stream stream_;
  udx::tombstones graves_;
  pattern pattern_;
  bytes received_;
  std::uint64_t acknowledged_ = 0;
  std::size_t sent_ = 0;
  std::size_t pings_ = 0;
  bool peer_ended_ = false;
  std::optional<udx::close_reason> closed_;
  std::optional<instant> reopen_at_;
  instant closed_at_;
  instant quit_at_;
};

std::uint32_t number(const char* text) {
  return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
}

int serve(const options& wanted) {
  peer one{wanted};
  std::printf("port %u\n", one.port());
  std::fflush(stdout);
  std::string line(64, '\0');
  if (std::fgets(line.data(), static_cast<int>(line.size()), stdin) == nullptr)
    return 2;
  one.run({{127, 0, 0, 1}, static_cast<std::uint16_t>(number(line.c_str()))});
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: udx-peer ROLE LOCAL_ID REMOTE_ID [N]\n", stderr);
    return 2;
  }
  options wanted;
  wanted.role = argv[1];
  wanted.local_id = number(argv[2]);
  wanted.remote_id = number(argv[3]);
  wanted.count = argc > 4 ? number(argv[4]) : 0;
  try {
    return serve(wanted);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "udx-peer: %s\n", problem.what());
    return 2;
  }
}
