#include "actors/sim/virtual_sockets.hpp"

#include "actors/world/datagram_batch.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace hyper::actors::sim {

namespace {

using transport::close_how;
using transport::frame;
using transport::frame_kind;

constexpr base::duration latency_min = base::microseconds{200};
constexpr std::string_view host_prefix = "host-";

// The payload of a close frame.
constexpr base::fixed_bytes<1> abruptly{
    static_cast<std::uint8_t>(close_how::abrupt)};

} // namespace

/// One host's sockets.
class virtual_sockets::host final : public network {
public:
  host(virtual_sockets& wires, host_id self, std::uint64_t life)
      : wires_(&wires), self_(self), life_(life) {}

  transport::carrier carries() const override {
    return transport::carrier::websocket;
  }

  void start(const packet_sink& rest) override { rest_ = rest; }

  void send(dht::socket, std::span<const outgoing> packets) override {
    for (const auto& one : packets)
      if (auto what = transport::decode_frame(one.data); what && wires_)
        send(*what);
  }

  void claim(std::uint32_t stream_id, const packet_sink& owner) override {
    auto* found = wires_ ? wires_->find(id(stream_id)) : nullptr;
    if (found == nullptr || found->closed)
      return tell(owner, transport::encode_close(stream_id, close_how::abrupt));
    found->owner = owner;
    wires_->read(id(stream_id));
  }

  void release(std::uint32_t stream_id,
               const std::optional<udx::tombstone>&) override {
    if (wires_ != nullptr)
      wires_->drop(id(stream_id));
  }

  bool is_taken(std::uint32_t stream_id) const override {
    return wires_ && wires_->find(id(stream_id)) != nullptr;
  }

  base::endpoint local(dht::socket) const override { return {}; }

  void stop() override {
    if (auto* wires = std::exchange(wires_, nullptr))
      for (const auto& one : wires->ends_of(self_, life_))
        wires->drop(one);
    rest_ = nullptr;
  }

  std::uint64_t life() const { return life_; }
  const packet_sink& rest() const { return rest_; }

  end_id id(std::uint32_t stream) const { return {self_, life_, stream}; }

  /// Of what strangers open; the numbers of what we open are odd.
  end_id next_id() {
    next_ += 2;
    return id(next_);
  }

  static void tell(const packet_sink& whom, base::bytes_view packet) {
    if (whom)
      caf::anon_send(whom,
                     arrived{one_datagram(dht::socket::server, {}, packet)});
  }

private:
  void send(const frame& what) {
    auto from = id(what.stream);
    if (what.kind == frame_kind::open)
      return wires_->dial(from, std::string{base::as_text(what.payload)});
    auto* found = wires_->find(from);
    if (found == nullptr)
      return;
    if (what.kind == frame_kind::more) {
      ++found->may_read;
      wires_->read(from);
    } else {
      wires_->send(from, what);
    }
  }

  virtual_sockets* wires_; ///< none: stopped
  host_id self_;
  std::uint64_t life_;
  packet_sink rest_;
  std::uint32_t next_ = 0;
};

virtual_sockets::virtual_sockets(simulation& in, base::entropy& chance)
    : sim_(in), chance_(chance) {}

virtual_sockets::~virtual_sockets() {
  for (auto& [id, one] : hosts_)
    one->stop();
}

std::string virtual_sockets::address_of(host_id where) {
  return std::string{host_prefix} + std::to_string(where);
}

std::shared_ptr<network> virtual_sockets::attach(host_id where) {
  detach(where);
  auto made = std::make_shared<host>(*this, where, ++lives_);
  hosts_[where] = made;
  return made;
}

void virtual_sockets::detach(host_id where) {
  auto found = hosts_.find(where);
  if (found == hosts_.end())
    return;
  auto gone = found->second;
  hosts_.erase(found);
  gone->stop();
}

void virtual_sockets::part(host_id a, host_id b) {
  parted_.insert(std::minmax(a, b));
}

void virtual_sockets::join_all() {
  parted_.clear();
  for (auto& one : std::exchange(held_, {}))
    one();
}

bool virtual_sockets::is_parted(host_id a, host_id b) const {
  return parted_.contains(std::minmax(a, b));
}

base::duration virtual_sockets::latency() {
  auto span = static_cast<std::uint64_t>((latency_max_ - latency_min).count());
  return latency_min +
         base::duration{static_cast<std::int64_t>(chance_.below(span + 1))};
}

virtual_sockets::end* virtual_sockets::find(const end_id& which) {
  auto found = ends_.find(which);
  return found == ends_.end() ? nullptr : &found->second;
}

std::vector<virtual_sockets::end_id>
virtual_sockets::ends_of(host_id where, std::uint64_t life) const {
  std::vector<end_id> out;
  for (auto at = ends_.lower_bound({where, life, 0});
       at != ends_.end() && at->first.where == where && at->first.life == life;
       ++at)
    out.push_back(at->first);
  return out;
}

void virtual_sockets::dial(const end_id& from, const std::string& where) {
  ends_.try_emplace(from);
  auto to = static_cast<host_id>(std::stoul(where.substr(host_prefix.size())));
  sim_.after(latency(), to, [this, from, to] { connect(from, to); });
}

// Both sides are told, the one that has dialed a while later.
void virtual_sockets::connect(const end_id& from, host_id to) {
  auto* ours = find(from);
  if (ours == nullptr)
    return;
  if (is_parted(from.where, to))
    return held_.push_back([this, from, to] { connect(from, to); });
  auto found = hosts_.find(to);
  auto accepts = found != hosts_.end() && found->second->rest();
  if (accepts) {
    auto theirs = found->second->next_id();
    ours->remote = theirs;
    ends_[theirs].remote = from;
    tell(theirs, frame_kind::open);
  }
  sim_.after(latency(), from.where, [this, from, accepts] {
    accepts ? tell(from, frame_kind::open)
            : tell(from, frame_kind::close, abruptly);
  });
}

void virtual_sockets::send(const end_id& from, const frame& what) {
  auto& ours = *find(from);
  if (ours.closed)
    return;
  auto cut = what.kind == frame_kind::close && !transport::is_orderly(what);
  travel(from, transport::encode_frame(what));
  if (cut)
    drop(from);
}

// From this end to the other one, behind what is on its way already.
void virtual_sockets::travel(const end_id& from, base::bytes packet) {
  auto to = ends_.at(from).remote;
  auto* theirs = find(to);
  if (theirs == nullptr)
    return;
  theirs->coming.push_back(std::move(packet));
  theirs->last_arrival = std::max(sim_.now() + latency(), theirs->last_arrival);
  sim_.after(theirs->last_arrival - sim_.now(), to.where,
             [this, from, to] { arrive(from, to); });
}

// Things that are due have no order: whichever comes, brings the next packet.
void virtual_sockets::arrive(const end_id& from, const end_id& to) {
  if (is_parted(from.where, to.where))
    return held_.push_back([this, from, to] { arrive(from, to); });
  auto* theirs = find(to);
  if (theirs == nullptr)
    return;
  theirs->unread.push_back(std::move(theirs->coming.front()));
  theirs->coming.pop_front();
  read(to);
}

void virtual_sockets::read(const end_id& at) {
  for (auto* here = find(at);
       here != nullptr && !here->closed && !here->unread.empty() &&
       (here->owner || here->may_read > 0);
       here = find(at)) {
    auto packet = std::move(here->unread.front());
    here->unread.pop_front();
    read_one(at, packet);
  }
}

void virtual_sockets::read_one(const end_id& at, const base::bytes& packet) {
  auto& here = *find(at);
  auto what = *transport::decode_frame(packet);
  if (what.kind == frame_kind::ping)
    return travel(at, transport::encode_frame(
                          {at.stream, frame_kind::pong, what.payload}));
  if (what.kind == frame_kind::data && !here.owner)
    --here.may_read;
  tell(at, what.kind, what.payload);
  if (what.kind != frame_kind::close)
    return;
  // The other side waits for our half of the closing handshake, if it has not
  // had it.
  if (auto* theirs = find(here.remote); theirs && transport::is_orderly(what))
    travel(at, packet);
}

void virtual_sockets::tell(const end_id& whom, frame_kind kind,
                           base::bytes_view payload) {
  auto* here = find(whom);
  auto found = hosts_.find(whom.where);
  if (here == nullptr || found == hosts_.end() ||
      found->second->life() != whom.life)
    return;
  if (kind == frame_kind::close)
    here->closed = true;
  host::tell(here->owner ? here->owner : found->second->rest(),
             transport::encode_frame({whom.stream, kind, payload}));
}

// The other side notices, unless it knows.
void virtual_sockets::drop(const end_id& which) {
  auto* ours = find(which);
  if (ours == nullptr)
    return;
  if (!ours->closed && find(ours->remote) != nullptr)
    travel(which, transport::encode_close(which.stream, close_how::abrupt));
  ends_.erase(which);
}

} // namespace hyper::actors::sim
