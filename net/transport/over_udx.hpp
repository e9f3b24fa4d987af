#pragma once

#include "net/transport/transport.hpp"
#include "net/udx/stream.hpp"

namespace hyper::transport {

/// A transport whose packets are datagrams: a UDX stream.
class over_udx final : public stream {
public:
  over_udx(std::uint32_t local_stream, std::uint32_t remote_stream,
           const base::endpoint& remote, base::instant now);

  void handle_packet(base::instant now, const base::endpoint& from,
                     base::bytes_view packet) override {
    udx_.handle_datagram(now, from, packet);
  }
  void handle_timeout(base::instant now) override { udx_.handle_timeout(now); }
  base::result<std::uint64_t> write(base::instant now,
                                    base::bytes chunk) override {
    return udx_.write(now, std::move(chunk));
  }
  void end(base::instant now) override { udx_.end(now); }
  void destroy(base::instant now) override { udx_.destroy(now); }
  std::optional<transmit> poll_transmit() override {
    return udx_.poll_transmit();
  }
  std::optional<base::instant> poll_timeout() const override {
    return udx_.poll_timeout();
  }
  std::optional<event> poll_event() override { return udx_.poll_event(); }
  bool is_closed() const override { return udx_.is_closed(); }
  bool backlogged() const override { return udx_.backlogged(); }
  std::optional<udx::tombstone> epitaph() const override {
    return udx_.epitaph();
  }

private:
  udx::stream udx_;
};

} // namespace hyper::transport
