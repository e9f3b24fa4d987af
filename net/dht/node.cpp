#include "net/dht/node.hpp"

#include "net/dht/node_machine.hpp"

namespace hyper::dht {

node::node(config how, base::entropy& chance, base::instant now)
    : machine_(std::make_unique<machine>(std::move(how), chance, now)) {}

node::~node() = default;
node::node(node&&) noexcept = default;

void node::handle_datagram(base::instant now, socket via, base::endpoint from,
                           base::bytes_view datagram) {
  machine_->handle_datagram(now, via, from, datagram);
}

void node::handle_timeout(base::instant now) {
  machine_->handle_timeout(now);
}

request_id node::ask(base::instant now, base::endpoint to, call what,
                     ask_options options) {
  return machine_->ask(now, to, std::move(what), options);
}

query_id node::search(base::instant now, call what,
                      const query_options& options) {
  return machine_->search(now, std::move(what), options);
}

void node::cancel(request_id which) {
  machine_->cancel(which);
}

void node::cancel(query_id which) {
  machine_->cancel(which);
}

void node::reply(base::instant now, const incoming_request& to, answer what) {
  machine_->reply(now, to, std::move(what));
}

void node::forward(base::instant, socket via, base::endpoint to,
                   std::uint16_t tid, call what) {
  machine_->forward(via, to, tid, std::move(what));
}

void node::respond(base::instant now, socket via, base::endpoint to,
                   std::uint16_t tid, answer what) {
  machine_->respond(now, via, to, tid, std::move(what));
}

void node::set_bootstrap(base::instant now, std::vector<base::endpoint> nodes) {
  machine_->set_bootstrap(now, std::move(nodes));
}

void node::add_nodes(base::instant, std::span<const base::endpoint> nodes) {
  machine_->add_nodes(nodes);
}

void node::suspend(base::instant now) {
  machine_->suspend(now);
}

void node::resume(base::instant now) {
  machine_->resume(now);
}

std::optional<transmit> node::poll_transmit() {
  return machine_->poll_transmit();
}

std::optional<base::instant> node::poll_timeout() const {
  return machine_->poll_timeout();
}

std::optional<event> node::poll_event() {
  return machine_->poll_event();
}

bool node::is_persistent() const {
  return machine_->self().persistent();
}

std::optional<node_id> node::id() const {
  return machine_->id();
}

bool node::firewalled() const {
  return machine_->self().firewalled();
}

socket node::sending_socket() const {
  return machine_->sending_socket();
}

std::optional<base::endpoint> node::address_as_seen() const {
  return machine_->self().address();
}

std::optional<base::endpoint> node::open_address() const {
  return machine_->self().open_address();
}

bool node::bootstrapped() const {
  return machine_->bootstrapped();
}

health_state node::health() const {
  return machine_->health();
}

const counters& node::stats() const {
  return machine_->stats();
}

std::vector<base::endpoint> node::closest(const node_id& target) const {
  return machine_->known().closest(target);
}

std::vector<base::endpoint> node::nodes() const {
  return machine_->known().latest(machine_->known().size());
}

std::size_t node::node_count() const {
  return machine_->known().size();
}

write_token node::issue_token(const base::fixed_bytes<4>& host) {
  return machine_->issue_token(host);
}

bool node::check_token(const base::fixed_bytes<4>& host,
                       const write_token& what) const {
  return machine_->check_token(host, what);
}

} // namespace hyper::dht
