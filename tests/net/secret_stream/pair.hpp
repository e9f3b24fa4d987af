#pragma once

#include "net/secret_stream/stream.hpp"

#include "base/text.hpp"

#include <string>
#include <vector>

namespace hyper::test {

/// One side of a connection: its events as text, in order.
struct stream_side {
  secret_stream::stream channel;
  std::vector<std::string> events;

  void drain() {
    while (auto next = channel.poll_event())
      events.push_back(to_text(*next));
  }

  static std::string to_text(const secret_stream::event& what) {
    using namespace secret_stream;
    if (const auto* got = std::get_if<message>(&what))
      return "message " + std::string{base::as_text(got->plain)};
    if (const auto* dead = std::get_if<failed>(&what))
      return "failed " + dead->reason.message;
    return "ended";
  }
};

/// Two sides and the transport between them, which delivers at once and in
/// chunks of a given size.
struct stream_pair {
  base::seeded_entropy chance{1};
  base::instant now{};
  std::size_t chunk = 1 << 20;

  explicit stream_pair(const secret_stream::config& limits = {})
      : a{{session(true), limits, chance, now}, {}}, b{{session(false), limits,
                                                        chance, now},
                                                       {}} {}

  static noise::static_key key(std::uint8_t number) {
    return noise::make_static(base::make_key_pair(base::seed{number}));
  }

  static noise::session session(bool is_initiator) {
    noise::session from;
    from.tx[0] = is_initiator ? 1 : 2;
    from.rx[0] = is_initiator ? 2 : 1;
    from.local = key(is_initiator ? 1 : 2).pair.pub;
    from.remote = key(is_initiator ? 2 : 1).pair.pub;
    from.is_initiator = is_initiator;
    return from;
  }

  void deliver(base::bytes_view all, stream_side& to) {
    for (; !all.empty(); all = all.subspan(std::min(chunk, all.size()))) {
      to.channel.handle_bytes(now, all.first(std::min(chunk, all.size())));
      to.drain();
    }
  }

  bool pass_on(stream_side& from, stream_side& to) {
    from.drain();
    auto all = from.channel.poll_transmit();
    if (all)
      deliver(*all, to);
    return all.has_value();
  }

  void settle() {
    while (pass_on(a, b) || pass_on(b, a)) {
    }
  }

  stream_side a;
  stream_side b;
};

} // namespace hyper::test
