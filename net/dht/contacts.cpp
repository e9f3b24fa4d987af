#include "net/dht/contacts.hpp"

#include "base/assert.hpp"

#include <cstring>

namespace hyper::dht {

std::size_t contacts::id_hash::operator()(const node_id& id) const {
  std::size_t out;
  static_assert(sizeof(out) <= sizeof(id));
  std::memcpy(&out, id.data(), sizeof(out));
  return out;
}

contact* contacts::add(tick now, const node_id& id,
                       const base::endpoint& address) {
  HYPER_ASSERT(!by_id_.contains(id));
  if (id == own() || !table_.add({id, address}))
    return nullptr;
  by_age_.push_back({id, address, now, now, now, std::nullopt, 0});
  by_id_.emplace(id, std::prev(by_age_.end()));
  HYPER_ASSERT(by_id_.size() == table_.size());
  return &by_age_.back();
}

void contacts::refresh(tick now, contact& node) {
  auto place = by_id_.find(node.id);
  HYPER_ASSERT(place != by_id_.end());
  node.pinged = node.seen = now;
  by_age_.splice(by_age_.end(), by_age_, place->second);
}

void contacts::remove(const node_id& id) {
  auto place = by_id_.find(id);
  if (place == by_id_.end())
    return;
  by_age_.erase(place->second);
  by_id_.erase(place);
  table_.remove(id);
  HYPER_ASSERT(by_id_.size() == table_.size());
}

void contacts::rebuild(const node_id& own) {
  table_ = table{own};
  std::erase_if(by_age_, [&](const contact& node) {
    auto fits = node.id != own && table_.add({node.id, node.address});
    if (!fits)
      by_id_.erase(node.id);
    return !fits;
  });
  HYPER_ASSERT(by_id_.size() == table_.size());
}

contact* contacts::find(const node_id& id) {
  auto place = by_id_.find(id);
  return place == by_id_.end() ? nullptr : &*place->second;
}

contact* contacts::rival_of(tick now, const node_id& newcomer) {
  contact* rival = nullptr;
  for (const auto& entry : table_.row_of(newcomer)) {
    auto* node = find(entry.id);
    HYPER_ASSERT(node != nullptr);
    if (node->pinged == now)
      continue;
    if (rival == nullptr || std::pair{node->pinged, node->added} <
                                std::pair{rival->pinged, rival->added})
      rival = node;
  }
  if (rival == nullptr)
    return nullptr;
  auto recent = now - rival->pinged < recent_ticks;
  auto old = now - rival->added > old_ticks;
  return recent && old ? nullptr : rival;
}

std::vector<contact*> contacts::stalest(tick now, std::size_t count) {
  std::vector<contact*> out;
  for (auto& node : by_age_) {
    if (out.size() == count || node.pinged == now)
      break;
    out.push_back(&node);
  }
  return out;
}

std::vector<base::endpoint> contacts::latest(std::size_t count) const {
  std::vector<base::endpoint> out;
  for (auto node = by_age_.rbegin();
       node != by_age_.rend() && out.size() < count; ++node)
    out.push_back(node->address);
  return out;
}

std::vector<base::endpoint> contacts::closest(const node_id& target,
                                              std::size_t count) const {
  std::vector<base::endpoint> out;
  for (const auto& node : table_.closest(target, count))
    out.push_back(node.address);
  return out;
}

const contact* contacts::oldest() const {
  return by_age_.empty() ? nullptr : &by_age_.front();
}

const node_id& contacts::random(base::entropy& chance) const {
  return table_.at(static_cast<std::size_t>(chance.below(table_.size()))).id;
}

void contacts::check_invariant() const {
  table_.check_invariant();
  HYPER_ASSERT(by_age_.size() == table_.size());
  HYPER_ASSERT(by_id_.size() == table_.size());
  for (const auto& [id, node] : by_id_) {
    HYPER_ASSERT(node->id == id);
    HYPER_ASSERT(table_.contains(id));
    HYPER_ASSERT(id != own());
  }
}

} // namespace hyper::dht
