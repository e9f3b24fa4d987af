#include "net/dht/records.hpp"

#include "net/dht/announce.hpp"
#include "net/dht/commands.hpp"
#include "net/dht/stored_value.hpp"

#include <algorithm>

namespace hyper::dht {

namespace {

constexpr base::public_key lowest_key{};

base::public_key highest_key() {
  base::public_key key;
  key.fill(0xff);
  return key;
}

answer bare() {
  return {};
}

answer found(base::bytes value) {
  return {.token = true, .closer = true, .error = 0, .value = std::move(value)};
}

answer refusal(std::uint64_t error) {
  return {.token = false, .closer = true, .error = error, .value = {}};
}

base::bytes value_or_nothing(const base::bytes* stored) {
  return stored == nullptr ? base::bytes{} : *stored;
}

announce_context context_of(announce_kind kind, const request& asked,
                            const node_id& own) {
  return {kind, *asked.target, own, *asked.token};
}

/// Values are stored in their encoded form, the sequence number first.
mutable_value decode_stored(const base::bytes& raw) {
  auto value = decode_mutable_value(raw);
  HYPER_ASSERT(value.ok());
  return std::move(value).value();
}

} // namespace

records::records(base::entropy& chance, base::instant now,
                 repeated_announce repeated)
    : chance_(chance), repeated_(repeated),
      forwards_({peer_records_max, peer_records_max / records_share}),
      topics_({peer_records_max, peer_records_max / records_share}),
      mutables_({values_max, values_max / records_share}),
      immutables_({values_max, values_max / records_share}),
      peer_turn_(now + peer_record_age * 2 / 3),
      value_turn_(now + value_age * 2 / 3) {}

bool records::is_storing(const command_code& which) {
  return !which.internal &&
         which.number >= static_cast<std::uint64_t>(command::find_peer) &&
         which.number <= static_cast<std::uint64_t>(command::immutable_get);
}

std::optional<answer> records::handle(const incoming_request& asked,
                                      const node_id& own) {
  HYPER_ASSERT(is_storing(asked.message.command));
  if (!asked.message.target)
    return drop();
  switch (static_cast<command>(asked.message.command.number)) {
  case command::find_peer:
    return find_peer(asked);
  case command::lookup:
    return lookup(asked);
  case command::announce:
    return announce(asked, own);
  case command::unannounce:
    return unannounce(asked, own);
  case command::mutable_put:
    return mutable_put(asked);
  case command::mutable_get:
    return mutable_get(asked);
  case command::immutable_put:
    return immutable_put(asked);
  case command::immutable_get:
    return immutable_get(asked);
  default:
    return drop();
  }
}

records::reply records::find_peer(const incoming_request& asked) {
  return found(value_or_nothing(forward_record(*asked.message.target)));
}

records::reply records::lookup(const incoming_request& asked) {
  const auto& topic = *asked.message.target;
  auto shown = pick(topic);
  const auto* own = forward_record(topic);
  if (own != nullptr && shown.size() < lookup_peers_max)
    shown.push_back(own);
  if (shown.empty())
    return found({});
  base::writer out;
  out.uint(shown.size());
  for (const auto* record : shown)
    out.raw(*record);
  out.uint(0); // bump: nobody sends one, and there is no wall clock here
  return found(out.release());
}

records::reply records::announce(const incoming_request& asked,
                                 const node_id& own) {
  const auto& message = asked.message;
  if (!message.token)
    return drop();
  auto value = decode_announce(message.value);
  if (!value ||
      !is_signed(context_of(announce_kind::announce, message, own), *value))
    return drop();
  auto& peer = *value->peer;
  if (peer.relays.size() > relay_addresses_max)
    peer.relays.resize(relay_addresses_max);
  if (target_of(peer.key) == *message.target)
    return bare_if(store_self(asked, *message.target, encode(peer)));
  return bare_if(store_topic(asked, {*message.target, peer.key}, encode(peer)));
}

records::reply records::unannounce(const incoming_request& asked,
                                   const node_id& own) {
  const auto& message = asked.message;
  if (!message.token)
    return drop();
  auto value = decode_announce(message.value);
  if (!value ||
      !is_signed(context_of(announce_kind::unannounce, message, own), *value))
    return drop();
  const auto& key = value->peer->key;
  if (target_of(key) == *message.target)
    forwards_.erase(*message.target);
  topics_.erase({*message.target, key});
  return bare();
}

records::reply records::mutable_put(const incoming_request& asked) {
  const auto& message = asked.message;
  auto put = decode_mutable_put(message.value);
  if (!message.token || !put || target_of(put->key) != *message.target ||
      put->content.value.size() > stored_value_max ||
      !is_signed(put->key, put->content))
    return drop();
  if (const auto* stored = mutables_.find(*message.target)) {
    auto old = decode_stored(*stored);
    if (put->content.seq == old.seq && put->content.value != old.value)
      return refusal(error_seq_reused);
    if (put->content.seq < old.seq)
      return refusal(error_seq_too_low);
  }
  if (!mutables_.put(*message.target, encode(put->content), asked.from.host,
                     chance_.array<32>()))
    return bare_if(false);
  return found({});
}

records::reply records::mutable_get(const incoming_request& asked) {
  const auto& message = asked.message;
  auto seq_min = decode_mutable_get(message.value);
  if (!seq_min)
    return drop();
  const auto* stored = mutables_.renew(*message.target);
  if (stored != nullptr && decode_stored(*stored).seq < *seq_min)
    stored = nullptr;
  return found(value_or_nothing(stored));
}

records::reply records::immutable_put(const incoming_request& asked) {
  const auto& message = asked.message;
  if (!message.token || message.value.empty() ||
      message.value.size() > stored_value_max ||
      base::blake2b(message.value) != *message.target)
    return drop();
  if (!immutables_.put(*message.target, message.value, asked.from.host,
                       chance_.array<32>()))
    return bare_if(false);
  return found({});
}

records::reply records::immutable_get(const incoming_request& asked) {
  return found(value_or_nothing(immutables_.renew(*asked.message.target)));
}

std::optional<base::endpoint>
records::relay_target(const base::hash32& target) {
  const auto* entry = forwards_.renew(target);
  if (entry == nullptr)
    return std::nullopt;
  return entry->from;
}

void records::retain(const base::public_key& key) {
  own_[target_of(key)] = encode(peer_record{key, {}});
}

void records::release(const base::public_key& key) {
  own_.erase(target_of(key));
}

void records::handle_timeout(base::instant now) {
  HYPER_ASSERT(size() <= 2 * peer_records_max + 2 * values_max);
  if (now >= peer_turn_) {
    forwards_.turn();
    topics_.turn();
    peer_turn_ = now + peer_record_age * 2 / 3;
  }
  if (now >= value_turn_) {
    mutables_.turn();
    immutables_.turn();
    value_turn_ = now + value_age * 2 / 3;
  }
}

std::optional<base::instant> records::poll_timeout() const {
  return std::min(peer_turn_, value_turn_);
}

std::size_t records::size() const {
  return forwards_.size() + topics_.size() + mutables_.size() +
         immutables_.size();
}

std::uint64_t records::at_limit() const {
  return at_limit_ + forwards_.evicted() + topics_.evicted() +
         mutables_.evicted() + immutables_.evicted();
}

void records::check_invariant() const {
  forwards_.check_invariant();
  topics_.check_invariant();
  mutables_.check_invariant();
  immutables_.check_invariant();
}

const base::bytes* records::forward_record(const base::hash32& target) {
  auto own = own_.find(target);
  if (own != own_.end())
    return &own->second;
  const auto* entry = forwards_.renew(target);
  return entry == nullptr ? nullptr : &entry->record;
}

bool records::store_self(const incoming_request& asked,
                         const base::hash32& target, base::bytes record) {
  return forwards_.put(target, {asked.from, std::move(record)}, asked.from.host,
                       chance_.array<32>());
}

bool records::store_topic(const incoming_request& asked, const topic_key& key,
                          base::bytes record) {
  HYPER_ASSERT(asked.message.target == key.first);
  const auto* old = topics_.find(key);
  if (old != nullptr && repeated_ == repeated_announce::renews)
    record = *old;
  std::size_t others = 0;
  topics_.for_range(
      {key.first, lowest_key}, {key.first, highest_key()},
      [&others](const topic_key&, const base::bytes&) { ++others; });
  if (old == nullptr && others >= topic_records_max) {
    ++at_limit_;
    topics_.erase_after({key.first, chance_.array<32>()});
  }
  return topics_.put(key, std::move(record), asked.from.host,
                     random_topic_key());
}

/// Up to lookup_peers_max records of the topic, each as likely as the others.
std::vector<const base::bytes*> records::pick(const base::hash32& topic) {
  std::vector<const base::bytes*> all;
  topics_.for_range(
      {topic, lowest_key}, {topic, highest_key()},
      [&all](const topic_key&, const base::bytes& r) { all.push_back(&r); });
  auto count = std::min(all.size(), lookup_peers_max);
  for (std::size_t i = 0; i < count; ++i)
    std::swap(all[i], all[i + chance_.below(all.size() - i)]);
  all.resize(count);
  HYPER_ASSERT(all.size() <= lookup_peers_max);
  return all;
}

records::reply records::drop() {
  ++refused_;
  return std::nullopt;
}

records::reply records::bare_if(bool stored) {
  if (stored)
    return bare();
  ++at_limit_;
  return std::nullopt;
}

records::topic_key records::random_topic_key() {
  auto topic = chance_.array<32>();
  return {topic, chance_.array<32>()};
}

} // namespace hyper::dht
