#pragma once

#include "net/transport/frame.hpp"
#include "net/transport/transport.hpp"

#include <deque>

namespace hyper::transport {

/// More than this unacknowledged is a backlog, and about twice what a line of
/// 100 Mbit/s and 50 ms holds.
inline constexpr std::uint64_t websocket_backlog_bytes = 1024 * 1024;

/// Most bytes that may wait for an acknowledgement.
inline constexpr std::uint64_t websocket_unsent_max = 64 * 1024 * 1024;

/// Longest message that is sent: the remote reads it as a whole.
inline constexpr std::size_t websocket_message_max = 64 * 1024;

/// A pong is asked for after so many bytes at the latest.
inline constexpr std::uint64_t websocket_ping_bytes = 64 * 1024;

/// The remote has this long to answer a ping, if nothing else is heard, and to
/// close. As long as UDX takes to give up.
inline constexpr base::duration websocket_patience = base::seconds{13};

/// A transport over one open WebSocket: bytes are binary messages, whose
/// borders mean nothing. A ping behind them carries their offset; since frames
/// keep their order, its pong says that the remote's machine has them.
class over_websocket final : public stream {
public:
  over_websocket(std::uint32_t local_stream, base::instant now)
      : id_(local_stream), heard_(now) {}

  void handle_packet(base::instant now, const base::endpoint& from,
                     base::bytes_view packet) override;
  void handle_timeout(base::instant now) override;
  base::result<std::uint64_t> write(base::instant now,
                                    base::bytes chunk) override;
  void end(base::instant now) override;
  void destroy(base::instant now) override;

  std::optional<transmit> poll_transmit() override;
  std::optional<base::instant> poll_timeout() const override;
  std::optional<event> poll_event() override;

  bool is_closed() const override { return closed_.has_value(); }
  bool backlogged() const override {
    return written_ - acknowledged_ > websocket_backlog_bytes;
  }
  std::optional<udx::tombstone> epitaph() const override {
    return std::nullopt;
  }

private:
  void begin_turn();
  void take_pong(base::bytes_view payload);
  void take_close(bool orderly);
  void leave(frame_kind kind, base::bytes_view payload);
  void ask_for_pong(base::instant now);
  void close_if_done(base::instant now);
  void finish(udx::close_reason why);

  std::uint32_t id_;
  base::instant heard_;             ///< the last frame of the remote
  std::uint64_t written_ = 0;       ///< bytes
  std::uint64_t pinged_ = 0;        ///< offset of the last ping
  std::uint64_t acknowledged_ = 0;  ///< offset of the last pong
  base::instant asked_;             ///< when the first unanswered ping left
  std::deque<base::bytes> leaving_; ///< frames to the socket
  std::size_t taken_ = 0;           ///< of these, in this poll turn
  std::deque<event> events_;
  bool ending_ = false;
  std::optional<base::instant> closing_; ///< since our close frame has left
  std::optional<udx::close_reason> closed_;
};

} // namespace hyper::transport
