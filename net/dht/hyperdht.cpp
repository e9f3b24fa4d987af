#include "net/dht/hyperdht.hpp"

#include "net/dht/commands.hpp"
#include "net/dht/hyperdht_machine.hpp"

namespace hyper::dht {

hyperdht::hyperdht(hyperdht_config how, base::entropy& chance,
                   base::instant now)
    : machine_(std::make_unique<machine>(std::move(how), chance, now)) {}

hyperdht::~hyperdht() = default;
hyperdht::hyperdht(hyperdht&&) noexcept = default;

void hyperdht::handle_datagram(base::instant now, socket via,
                               base::endpoint from, base::bytes_view datagram) {
  machine_->handle_datagram(now, via, from, datagram);
}

bool hyperdht::handle_stream_packet(base::instant now, socket via,
                                    base::endpoint from, std::uint32_t stream,
                                    base::bytes_view packet) {
  return machine_->handle_stream_packet(now, via, from, stream, packet);
}

void hyperdht::handle_timeout(base::instant now) {
  machine_->handle_timeout(now);
}

bool hyperdht::listen(base::instant now, const base::key_pair& key) {
  return machine_->listen(now, key);
}

void hyperdht::unlisten(base::instant now, const base::public_key& key) {
  machine_->unlisten(now, key);
}

connect_id hyperdht::connect(base::instant now, const base::key_pair& self,
                             const base::public_key& remote,
                             address_list hints) {
  return machine_->connect(now, self, remote, std::move(hints));
}

void hyperdht::cancel(base::instant now, connect_id which) {
  machine_->cancel(now, which);
}

bool hyperdht::join(base::instant now, const base::hash32& topic,
                    join_options how) {
  return machine_->join(now, topic, std::move(how));
}

void hyperdht::leave(base::instant now, const base::hash32& topic) {
  machine_->leave(now, topic);
}

bool hyperdht::lookup(base::instant now, const base::hash32& topic) {
  return machine_->lookup(now, topic);
}

value_id hyperdht::put_mutable(base::instant now, const base::key_pair& with,
                               std::uint64_t seq, base::bytes value) {
  HYPER_ASSERT(!value.empty() && value.size() <= stored_value_max);
  auto signed_value = encode(sign_mutable(with, seq, value));
  return machine_->begin(now, target_of(with.pub),
                         value_errand::put{command::mutable_get,
                                           command::mutable_put,
                                           std::move(signed_value)});
}

value_id hyperdht::put_immutable(base::instant now, base::bytes value) {
  HYPER_ASSERT(!value.empty() && value.size() <= stored_value_max);
  auto target = base::blake2b(value);
  return machine_->begin(now, target,
                         value_errand::put{command::immutable_get,
                                           command::immutable_put,
                                           std::move(value)});
}

value_id hyperdht::get_mutable(base::instant now, const base::public_key& key,
                               std::uint64_t seq_min) {
  return machine_->begin(now, target_of(key),
                         value_errand::get_mutable{key, seq_min});
}

value_id hyperdht::get_immutable(base::instant now, const base::hash32& hash) {
  return machine_->begin(now, hash, value_errand::get_immutable{});
}

void hyperdht::set_interfaces(base::instant now,
                              std::vector<base::fixed_bytes<4>> hosts) {
  machine_->set_interfaces(now, std::move(hosts));
}

void hyperdht::close(base::instant now) {
  machine_->close(now);
}

std::optional<transmit> hyperdht::poll_transmit() {
  return machine_->poll_transmit();
}

std::optional<base::instant> hyperdht::poll_timeout() const {
  return machine_->poll_timeout();
}

std::optional<hyperdht_event> hyperdht::poll_event() {
  return machine_->poll_event();
}

dht::node& hyperdht::node() {
  return machine_->node();
}

const dht::node& hyperdht::node() const {
  return static_cast<const machine&>(*machine_).node();
}

const hyperdht_counters& hyperdht::stats() const {
  return machine_->stats();
}

bool hyperdht::owns_stream(std::uint32_t id) const {
  return machine_->owns_stream(id);
}

} // namespace hyper::dht
