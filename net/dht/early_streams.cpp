#include "net/dht/early_streams.hpp"

#include "base/assert.hpp"
#include "net/dht/hyperdht.hpp"

namespace hyper::dht {

namespace {

/// A predicate that calls everything taken must not hang us.
constexpr unsigned draws_max = 256;

} // namespace

early_streams::early_streams(base::entropy& chance,
                             std::function<bool(std::uint32_t)> is_taken)
    : chance_(chance), is_taken_(std::move(is_taken)) {}

std::uint32_t early_streams::claim(waiter& who) {
  for (unsigned i = 0; i < draws_max; ++i) {
    auto id = chance_.u32();
    if (id == 0 || owns(id) || (is_taken_ && is_taken_(id)))
      continue;
    claims_[id] = {&who, std::nullopt};
    HYPER_ASSERT(owns(id) && !has_arrivals(id));
    return id;
  }
  HYPER_ASSERT(!"a free stream id");
  return 0;
}

void early_streams::release(std::uint32_t id) {
  claims_.erase(id);
}

bool early_streams::handle_packet(base::instant now, socket via,
                                  const base::endpoint& from, std::uint32_t id,
                                  base::bytes_view packet) {
  auto found = claims_.find(id);
  if (found == claims_.end())
    return false;
  auto& got = found->second.got;
  if (!got) {
    got = arrivals{via, from, {base::to_bytes(packet)}};
    found->second.who->handle_first_packet(now, id);
  } else if (got->via == via && got->from == from &&
             got->packets.size() < early_packets_max) {
    got->packets.push_back(base::to_bytes(packet));
  } else {
    ++dropped_;
  }
  return true;
}

std::optional<early_streams::arrivals> early_streams::take(std::uint32_t id) {
  auto found = claims_.find(id);
  HYPER_ASSERT(found != claims_.end());
  auto got = std::move(found->second.got);
  HYPER_ASSERT(!got || (!got->packets.empty() &&
                        got->packets.size() <= early_packets_max));
  claims_.erase(found);
  return got;
}

bool early_streams::has_arrivals(std::uint32_t id) const {
  auto found = claims_.find(id);
  return found != claims_.end() && found->second.got.has_value();
}

} // namespace hyper::dht
