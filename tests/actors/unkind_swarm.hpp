#pragma once

#include "actors/messages.hpp"
#include "actors/world/network.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <variant>

namespace hyper::test {

/// What a swarm was told.
struct greeted {
  std::size_t proven = 0; ///< by those that came
  std::size_t failed = 0; ///< dials
};

/// A swarm that hangs up on whoever has proven a key, and counts.
struct unkind_swarm {
  using handle = actors::swarm_handle;
  static constexpr const char* name = "unkind_swarm";

  unkind_swarm(handle::pointer own, std::shared_ptr<greeted> count)
      : self(own), seen(std::move(count)) {}

  handle::behavior_type make_behavior() {
    return {
        [](const actors::arrived&) {},
        [](const actors::tick&) {},
        [this](const actors::dial_ended& end) {
          if (!std::holds_alternative<dht::link>(end.outcome))
            ++seen->failed;
        },
        [this](const actors::discovery_news& news) {
          ++seen->proven;
          const auto& link = std::get<dht::accepted>(news.what).link;
          news.over->release(link.local_stream, std::nullopt);
        },
        [](const actors::peer_proven&) {},
        [](const actors::peer_silent&) {},
        [](const actors::swarm_query&) { return actors::swarm_status{}; },
        [](const actors::wait_until_announced&) {
          return actors::announced_everything{};
        },
        [this](const actors::shut_down&) { self->quit(); },
    };
  }

  handle::pointer self;
  std::shared_ptr<greeted> seen;
};

} // namespace hyper::test
