#pragma once

#include "base/time.hpp"
#include "net/mux/mux.hpp"
#include "net/rpc/message.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// Requests and responses on one channel, in both directions.
// Messages, limits and failures: docs/rpc.md.

namespace hyper::rpc {

/// A request of ours; unique on its endpoint.
enum class request_id : std::uint64_t {};

/// A request of the remote that waits for our answer. The remote may use one
/// id for two requests; each is a call of its own.
enum class call_id : std::uint64_t {};

struct limits {
  /// Calls of the remote that wait for an answer; more are refused at once.
  std::size_t calls_max = 1024;

  /// Requests of ours that wait for an answer.
  std::size_t requests_max = 4096;

  /// Longest name of a method; more is unknown, and echoed no further.
  std::size_t method_size_max = 64;

  /// Longest value, of requests and of responses.
  std::size_t value_size_max = 64 * 1024;
};

/// The remote asks. Answer with answer() or refuse(), in any order.
struct called {
  call_id call{};
  std::string method;
  base::bytes value;
};

/// The remote tells; nothing is answered.
struct notified {
  std::string method;
  base::bytes value;
};

/// Why a request of ours has no answer.
struct unanswered {
  base::error reason; ///< `closed` or `timed_out`
};

/// The end of a request of ours; exactly one for each.
struct answered {
  request_id request{};
  std::variant<base::bytes, remote_error, unanswered> outcome;
};

/// The channel is gone; calls need no answer any more.
struct closed {};

/// The remote broke the protocol or a limit: destroy the connection.
struct failed {
  base::error reason;
};

using event = std::variant<called, notified, answered, closed, failed>;

struct counters {
  std::uint64_t requests_sent = 0;
  std::uint64_t calls_received = 0;
  std::uint64_t calls_refused = 0;    ///< by a limit, not by the owner
  std::uint64_t stray_responses = 0;  ///< nobody waited for them
  std::uint64_t unknown_messages = 0; ///< of other types
};

/// One side of the RPC on a channel of the mux. It sends through the mux; the
/// owner passes the channel's events on. The mux must live as long.
class endpoint {
public:
  endpoint(mux::mux& through, mux::channel on, const limits& with = {});
  ~endpoint();
  endpoint(const endpoint&) = delete;
  endpoint& operator=(const endpoint&) = delete;

  void handle_message(const mux::message& message);
  void handle_closed();
  void handle_timeout(base::instant now);

  /// Asks the remote. May be called before the channel is open on both sides.
  /// Without a timeout it waits as long as the channel lives. Fails with
  /// `limit` if a part is too long or too many requests wait, with `closed`.
  base::result<request_id> request(base::instant now, std::string_view method,
                                   base::bytes_view value,
                                   std::optional<base::duration> timeout);

  /// Tells the remote something; nothing comes back.
  base::status notify(std::string_view method, base::bytes_view value);

  /// Nothing happens if the call is gone.
  void answer(call_id call, base::bytes_view value);
  void refuse(call_id call, const remote_error& why);

  /// Closes the channel when no request and no call is pending; further
  /// requests fail, further calls are refused.
  void end();

  /// Closes the channel now.
  void close();

  std::optional<base::instant> poll_timeout() const;
  std::optional<event> poll_event();

  mux::channel channel() const { return channel_; }
  std::size_t pending_calls() const { return calls_.size(); }
  std::size_t pending_requests() const { return requests_.size(); }
  const counters& statistics() const { return counters_; }

private:
  enum class state { open, ending, closed };

  struct call {
    std::uint64_t id = 0; ///< on the wire
    bool corked = false;  ///< holds the batch that its answer belongs to
  };

  void handle_request(const mux::message& message);
  void handle_response(const mux::message& message);
  std::optional<remote_error> check(const request_message& wanted) const;
  void respond(call_id to, const response_message& with);
  base::status send(message_type type, base::bytes_view payload);
  base::status check(std::string_view method, base::bytes_view value) const;
  void settle(std::uint64_t id, decltype(answered::outcome) outcome);
  void release_calls();
  void close_if_idle();
  void fail(base::error reason);
  void check_invariant() const;

  mux::mux* mux_;
  mux::channel channel_;
  limits limits_;
  state state_ = state::open;
  std::map<call_id, call> calls_;
  std::map<std::uint64_t, std::optional<base::instant>> requests_; ///< deadline
  std::uint64_t last_call_ = 0;
  std::uint64_t last_request_ = 0;
  std::deque<event> events_;
  counters counters_;
};

} // namespace hyper::rpc
