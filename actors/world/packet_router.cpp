#include "actors/world/packet_router.hpp"

#include "net/udx/demux.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace hyper::actors {

namespace {

void add(std::shared_ptr<datagram_batch>& batch, dht::socket via,
         const base::endpoint& from, base::bytes_view data) {
  if (!batch)
    batch = std::make_shared<datagram_batch>();
  batch->add(via, from, data);
}

} // namespace

void packet_router::stop() {
  owners_.clear();
  claimed_.clear();
  unclaimed_ = nullptr;
  rest_ = nullptr;
}

void packet_router::claim(std::uint32_t stream_id, const packet_sink& owner) {
  owners_[stream_id] = owner;
}

void packet_router::release(base::instant now, std::uint32_t stream_id,
                            const std::optional<udx::tombstone>& grave) {
  owners_.erase(stream_id);
  if (grave)
    graves_.bury(now, *grave);
}

bool packet_router::is_taken(std::uint32_t stream_id) const {
  return owners_.contains(stream_id) || graves_.contains(stream_id);
}

std::optional<udx::transmit> packet_router::take(base::instant now,
                                                 dht::socket via,
                                                 const base::endpoint& from,
                                                 base::bytes_view data) {
  auto id = udx::stream_id_of(data);
  if (id && owners_.contains(*id)) {
    auto found = std::ranges::find(claimed_, *id,
                                   [](const auto& one) { return one.first; });
    if (found == claimed_.end())
      found = claimed_.insert(claimed_.end(), {*id, nullptr});
    add(found->second, via, from, data);
    return std::nullopt;
  }
  if (id && graves_.contains(*id))
    return graves_.handle_datagram(now, data);
  add(unclaimed_, via, from, data);
  return std::nullopt;
}

void packet_router::hand_over() {
  for (auto& [id, batch] : std::exchange(claimed_, {}))
    if (auto owner = owners_.find(id); owner != owners_.end())
      caf::anon_send(owner->second, arrived{std::move(batch)});
  auto rest = std::exchange(unclaimed_, nullptr);
  if (rest && rest_)
    caf::anon_send(rest_, arrived{std::move(rest)});
}

} // namespace hyper::actors
