#pragma once

#include "base/text.hpp"
#include "net/mux/mux.hpp"

#include <functional>
#include <string>
#include <vector>

namespace hyper::test {

/// One side of a multiplexed connection: its events as text, in order.
struct mux_side {
  explicit mux_side(const mux::limits& with = {}) : machine{with} {}

  mux::mux machine;
  std::vector<std::string> events;
  std::optional<mux::incoming> wish; ///< the last one; its views are gone
  std::function<void(const mux::event&)> react; ///< called for each event

  void drain() {
    while (auto next = machine.poll_event()) {
      events.push_back(to_text(*next));
      if (const auto* asked = std::get_if<mux::incoming>(&*next))
        wish = *asked;
      if (react)
        react(*next);
    }
  }

  void feed(base::bytes_view frame) {
    machine.handle_message(frame);
    drain();
  }

  void feed_hex(std::string_view frame) {
    auto raw = *base::from_hex(frame);
    feed(raw);
  }

  /// The frames that wait to be sent, as hex with spaces between them.
  std::string sent() {
    std::string all;
    while (auto frame = machine.poll_transmit())
      all += (all.empty() ? "" : " ") + base::to_hex(*frame);
    return all;
  }

  static std::string number(mux::channel on) {
    return std::to_string(static_cast<std::uint64_t>(on));
  }

  static std::string to_text(const mux::event& what) {
    using namespace mux;
    if (const auto* asked = std::get_if<incoming>(&what))
      return "incoming " + asked->protocol + " " + base::to_hex(asked->id) +
             " " + std::string{base::as_text(asked->handshake)};
    if (const auto* done = std::get_if<opened>(&what))
      return "opened " + number(done->on) + " " +
             std::string{base::as_text(done->handshake)};
    if (const auto* got = std::get_if<message>(&what))
      return "message " + number(got->on) + "/" + std::to_string(got->type) +
             " " + base::to_hex(got->payload) +
             (got->batched ? " batched" : "");
    if (const auto* gone = std::get_if<closed>(&what))
      return "closed " + number(gone->on) +
             (gone->reason == close_reason::closed     ? ""
              : gone->reason == close_reason::rejected ? " rejected"
                                                       : " ended");
    return "failed " + std::get<failed>(what).reason.message;
  }
};

/// Two sides whose frames arrive at once and in order.
struct mux_pair {
  explicit mux_pair(const mux::limits& with = {}) : a{with}, b{with} {}

  static bool pass_on(mux_side& from, mux_side& to) {
    from.drain();
    auto frame = from.machine.poll_transmit();
    if (frame)
      to.feed(*frame);
    return frame.has_value();
  }

  void settle() {
    while (pass_on(a, b) || pass_on(b, a)) {
    }
  }

  mux_side a;
  mux_side b;
};

} // namespace hyper::test
