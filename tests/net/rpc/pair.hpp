#pragma once

#include "net/rpc/rpc.hpp"

#include <string>
#include <vector>

namespace hyper::test {

/// One side of an RPC on its own mux: its events as text, in order.
struct rpc_side {
  explicit rpc_side(const rpc::limits& with = {})
      : rpc{mux, *mux.open(rpc::protocol_name, {}), with} {}

  mux::mux mux;
  rpc::endpoint rpc;
  std::vector<std::string> events;
  std::vector<rpc::call_id> calls; ///< in the order they came

  void feed(base::bytes_view frame) {
    mux.handle_message(frame);
    pump();
  }

  void pump() {
    while (auto next = mux.poll_event()) {
      if (const auto* got = std::get_if<mux::message>(&*next))
        rpc.handle_message(*got);
      else if (std::holds_alternative<mux::closed>(*next))
        rpc.handle_closed();
      drain();
    }
    drain();
  }

  void drain() {
    while (auto next = rpc.poll_event()) {
      if (const auto* call = std::get_if<rpc::called>(&*next))
        calls.push_back(call->call);
      events.push_back(to_text(*next));
    }
  }

  rpc::request_id ask(std::string_view method, std::string_view value,
                      base::instant now = {},
                      std::optional<base::duration> timeout = {}) {
    return *rpc.request(now, method, base::as_bytes(value), timeout);
  }

  static std::string outcome(const rpc::answered& what) {
    if (const auto* value = std::get_if<base::bytes>(&what.outcome))
      return std::string{base::as_text(*value)};
    if (const auto* why = std::get_if<rpc::remote_error>(&what.outcome))
      return why->code.value_or("") + ": " + why->message;
    return std::get<rpc::unanswered>(what.outcome).reason.message;
  }

  static std::string to_text(const rpc::event& what) {
    using namespace hyper::rpc;
    auto said = [](const auto& it) {
      return it.method + " " + std::string{base::as_text(it.value)};
    };
    if (const auto* call = std::get_if<called>(&what))
      return "called " + said(*call);
    if (const auto* told = std::get_if<notified>(&what))
      return "notified " + said(*told);
    if (const auto* done = std::get_if<answered>(&what))
      return std::to_string(static_cast<std::uint64_t>(done->request)) + " " +
             outcome(*done);
    if (const auto* dead = std::get_if<failed>(&what))
      return "failed " + dead->reason.message;
    return "closed";
  }
};

struct rpc_pair {
  explicit rpc_pair(const rpc::limits& with = {}) : a{with}, b{with} {
    settle();
  }

  static bool pass_on(rpc_side& from, rpc_side& to) {
    from.pump();
    auto frame = from.mux.poll_transmit();
    if (frame)
      to.feed(*frame);
    return frame.has_value();
  }

  void settle() {
    while (pass_on(a, b) || pass_on(b, a)) {
    }
  }

  rpc_side a;
  rpc_side b;
};

} // namespace hyper::test
