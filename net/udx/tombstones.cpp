#include "net/udx/tombstones.hpp"

#include "base/assert.hpp"
#include "net/udx/config.hpp"
#include "net/udx/demux.hpp"

namespace hyper::udx {

void tombstones::bury(base::instant now, const tombstone& grave) {
  expire(now);
  // The order keeps one entry per burial; the table says which one counts.
  graves_.insert_or_assign(grave.local_id, entry{grave, now, std::nullopt});
  order_.emplace_back(now, grave.local_id);
  while (order_.size() > count_max) {
    ++counters_.evicted;
    forget_oldest();
  }
  HYPER_ASSERT(order_.size() <= count_max);
  HYPER_ASSERT(graves_.size() <= order_.size());
}

bool tombstones::contains(std::uint32_t local_id) const {
  return graves_.contains(local_id);
}

std::optional<transmit> tombstones::handle_datagram(base::instant now,
                                                    base::bytes_view datagram) {
  expire(now);
  auto packet = decode(datagram);
  if (!packet || !packet->has(flag::data | flag::end))
    return std::nullopt;
  auto found = graves_.find(packet->head.stream_id);
  if (found == graves_.end())
    return std::nullopt;
  auto& [grave, buried_at, answered_at] = found->second;
  if (answered_at && now < *answered_at + answer_interval) {
    ++counters_.rate_limited;
    return std::nullopt;
  }
  HYPER_ASSERT(grave.local_id == found->first && now < buried_at + lifetime);
  answered_at = now;
  ++counters_.answered;
  header head{grave.destroyed ? flag::destroy : std::uint8_t{0},
              0,
              grave.remote_id,
              window_default,
              grave.seq,
              grave.ack};
  encode_control(head, {}, answer_);
  return transmit{grave.remote, answer_};
}

void tombstones::handle_timeout(base::instant now) {
  expire(now);
}

std::optional<base::instant> tombstones::poll_timeout() const {
  if (order_.empty())
    return std::nullopt;
  return order_.front().first + lifetime;
}

void tombstones::expire(base::instant now) {
  while (!order_.empty() && order_.front().first + lifetime <= now)
    forget_oldest();
}

void tombstones::forget_oldest() {
  HYPER_ASSERT(!order_.empty());
  auto [buried_at, id] = order_.front();
  order_.pop_front();
  auto found = graves_.find(id);
  if (found != graves_.end() && found->second.buried_at == buried_at)
    graves_.erase(found);
}

} // namespace hyper::udx
