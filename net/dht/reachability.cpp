#include "net/dht/reachability.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::dht {

reachability::reachability(const std::vector<base::endpoint>& asked,
                           base::endpoint seen_as, std::uint16_t server_port)
    : seen_as_(seen_as), server_port_(server_port) {
  for (const auto& node : asked)
    asked_.push_back({node});
}

void reachability::note_arrival(const base::fixed_bytes<4>& host) {
  for (auto& node : asked_)
    if (node.address.host == host)
      node.arrived = true;
}

void reachability::handle_answer(const base::endpoint& from,
                                 const base::endpoint& to) {
  HYPER_ASSERT(!over());
  answers_.push_back({from, to});
  ++settled_;
}

void reachability::handle_failure() {
  HYPER_ASSERT(!over());
  ++settled_;
}

bool reachability::arrived(const base::fixed_bytes<4>& host) const {
  return std::any_of(asked_.begin(), asked_.end(), [&](const auto& node) {
    return node.arrived && node.address.host == host;
  });
}

std::optional<sampler> reachability::proof() const {
  HYPER_ASSERT(over());
  sampler samples;
  for (const auto& answer : answers_)
    if (arrived(answer.from.host))
      samples.add(answer.to);

  auto wanted = asked_.size() >= asked_wanted ? answers_wanted : 1;
  auto address = samples.address();
  auto open = samples.size() >= wanted && address &&
              address->host == seen_as_.host && address->port == server_port_;
  return open ? std::optional{samples} : std::nullopt;
}

} // namespace hyper::dht
