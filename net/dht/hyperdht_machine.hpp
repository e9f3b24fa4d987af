#pragma once

#include "net/dht/announcer.hpp"
#include "net/dht/connector.hpp"
#include "net/dht/early_streams.hpp"
#include "net/dht/listener.hpp"
#include "net/dht/records.hpp"
#include "net/dht/relay.hpp"
#include "net/dht/relay_cache.hpp"
#include "net/dht/topic.hpp"
#include "net/dht/value_errand.hpp"

#include <deque>
#include <map>
#include <memory>

namespace hyper::dht {

/// The inside of hyperdht: owns the parts and carries what arrives to the one
/// that it is for.
class hyperdht::machine final : public asker, public connector::surroundings {
public:
  machine(hyperdht_config how, base::entropy& chance, base::instant now);

  void handle_datagram(base::instant now, socket via,
                       const base::endpoint& from, base::bytes_view datagram);
  bool handle_stream_packet(base::instant now, socket via,
                            const base::endpoint& from, std::uint32_t stream,
                            base::bytes_view packet);
  void handle_timeout(base::instant now);

  bool listen(base::instant now, const base::key_pair& key);
  void unlisten(base::instant now, const base::public_key& key);
  connect_id connect(base::instant now, const base::key_pair& self,
                     const base::public_key& remote, address_list hints);
  void cancel(base::instant now, connect_id which);
  bool join(base::instant now, const base::hash32& target, join_options how);
  void leave(base::instant now, const base::hash32& target);
  bool lookup(base::instant now, const base::hash32& target);
  value_id begin(base::instant now, const base::hash32& target,
                 value_errand::wish what);
  void set_interfaces(base::instant now, std::vector<ipv4_host> hosts);
  void close(base::instant now);

  std::optional<transmit> poll_transmit() { return node_.poll_transmit(); }
  std::optional<base::instant> poll_timeout() const;
  std::optional<hyperdht_event> poll_event();

  dht::node& node() { return node_; }
  const dht::node& node() const { return node_; }
  const hyperdht_counters& stats() const;
  bool owns_stream(std::uint32_t id) const { return streams_.owns(id); }

  // asker
  request_id ask(base::instant now, const base::endpoint& to, call what,
                 ask_options how) override;
  query_id search(base::instant now, call what, query_options how) override;
  void cancel(request_id which) override { node_.cancel(which); }
  void cancel(query_id which) override { node_.cancel(which); }

  // connector::surroundings
  dht::presence presence() const override;
  socket sending_socket() const override { return node_.sending_socket(); }
  bool tries_local_addresses() const override {
    return config_.share_local_addresses;
  }

private:
  /// A key that we listen under.
  struct service {
    std::unique_ptr<dht::listener> listener; ///< none: it is being withdrawn
    std::unique_ptr<dht::announcer> announcer;
    std::uint64_t losses_seen = 0;
  };

  using services = std::map<base::hash32, service>; ///< by target

  void pump(base::instant now);
  void carry(base::instant now, event what);
  void serve(base::instant now, const incoming_request& asked);
  void serve_handshake(base::instant now, const incoming_request& asked);
  void serve_punch(base::instant now, const incoming_request& asked);
  void serve_record(base::instant now, const incoming_request& asked);
  void refuse_command(base::instant now, const incoming_request& asked);
  void act(base::instant now, const incoming_request& asked,
           const relay_action& what);
  void answer_arrived(base::instant now, const incoming_request& asked,
                      const handshake_envelope& envelope);
  void note(base::instant now, const changed& what);
  relay_knowledge knowledge_of(const std::optional<node_id>& target);
  service* service_of(const std::optional<node_id>& target);
  void share_relays(base::instant now);
  address_list relays_of(const service& which) const;
  void sweep(base::instant now);
  void check_limits() const;
  void withdraw(base::instant now, services::iterator which);
  void tell(hyperdht_event what) { events_.push_back(std::move(what)); }

  hyperdht_config config_;
  base::entropy& chance_;
  dht::node node_;
  std::deque<hyperdht_event> events_;
  mutable hyperdht_counters stats_;
  switchboard board_;
  workplace place_;
  early_streams streams_;
  relay_cache known_relays_;

  /// What is kept for others; none until the node is persistent.
  std::optional<dht::records> records_;
  services services_;
  std::map<connect_id, std::unique_ptr<connector>> connects_;
  std::map<base::hash32, std::unique_ptr<topic>> topics_;
  std::map<base::hash32, std::unique_ptr<topic>> looks_; ///< lookup()
  std::map<value_id, std::unique_ptr<value_errand>> values_;

  bool told_ready_ = false;
  std::uint64_t last_id_ = 0;
  std::optional<base::instant> closing_until_;
  bool closed_ = false;
};

} // namespace hyper::dht
