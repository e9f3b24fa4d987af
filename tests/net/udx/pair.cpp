#include "tests/net/udx/pair.hpp"

#include "net/udx/packet.hpp"

#include <type_traits>
#include <utility>

namespace hyper::test {

namespace {

constexpr std::uint32_t left_id = 0x11223344;
constexpr std::uint32_t right_id = 0xaabbccdd;
constexpr std::size_t ip_udp_overhead = 28;

udx::config with_id(udx::config options, std::uint32_t id) {
  options.local_id = id;
  return options;
}

} // namespace

base::endpoint address_of(int which) {
  return {{10, 0, 0, static_cast<std::uint8_t>(which + 1)}, 4000};
}

udx::packet_view parse(base::bytes_view datagram) {
  return udx::decode(datagram).value();
}

base::bytes pattern(std::size_t size, std::uint64_t seed) {
  base::bytes out(size);
  base::seeded_entropy{seed}.fill(out);
  return out;
}

pair::pair(std::uint64_t seed, const path& way, udx::config left,
           udx::config right)
    : chance_(seed), way_(way), sides_{side{with_id(left, left_id), now_},
                                       side{with_id(right, right_id), now_}} {
  sides_[0].stream.connect(now_, right_id, address_of(1));
  sides_[1].stream.connect(now_, left_id, address_of(0));
}

void pair::flush() {
  for (int which = 0; which < 2; ++which) {
    drain_events(which);
    while (auto out = at(which).stream.poll_transmit())
      send(which, out->datagram);
  }
}

bool pair::step() {
  flush();
  auto next = next_instant();
  if (!next)
    return false;
  now_ = std::max(now_, *next);
  while (!flying_.empty() && flying_.top().at <= now_) {
    auto what = flying_.top();
    flying_.pop();
    arrive(what);
  }
  for (auto& one : sides_)
    if (auto at = one.stream.poll_timeout(); at && *at <= now_)
      one.stream.handle_timeout(now_);
  if (after_step)
    after_step();
  return true;
}

bool pair::run(const std::function<bool()>& done, base::duration most) {
  auto end = now_ + most;
  while (!done()) {
    if (now_ > end || !step())
      return done();
    flush();
  }
  return true;
}

void pair::pass(base::duration time) {
  auto end = now_ + time;
  flush();
  for (auto next = next_instant(); next && *next <= end;
       next = next_instant()) {
    step();
    flush();
  }
  now_ = end;
}

void pair::check_invariants() {
  for (auto& one : sides_)
    one.stream.check_invariant();
}

std::vector<std::int64_t> pair::times_ms(int from, std::uint8_t flags) const {
  std::vector<std::int64_t> out;
  for (const auto& one : log_)
    if (one.from == from && (one.head.flags & flags) == flags)
      out.push_back(one.at.time_since_epoch().count() / 1000);
  return out;
}

void pair::send(int from, base::bytes_view datagram) {
  sent_datagram record{now_, from, parse(datagram).head, datagram.size()};
  log_.push_back(record);
  if (filter && !filter(record))
    return;
  if (datagram.size() + ip_udp_overhead > way_.ip_size_max)
    return;
  if (chance_.below(1000) < way_.loss_permille)
    return;
  auto copies = chance_.below(1000) < way_.copies_permille ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    auto jitter = static_cast<std::uint64_t>(way_.jitter.count()) + 1;
    auto extra = base::duration{static_cast<long>(chance_.below(jitter))};
    flying_.push({now_ + way_.latency + extra, order_++, 1 - from,
                  base::to_bytes(datagram)});
  }
}

void pair::arrive(const flight& what) {
  auto& to = at(what.to);
  if (!to.stream.is_closed())
    return to.stream.handle_datagram(now_, address_of(1 - what.to),
                                     what.datagram);
  if (!tombstones_on_)
    return;
  auto& graves = tombstones_[static_cast<std::size_t>(what.to)];
  if (auto answer = graves.handle_datagram(now_, what.datagram))
    send(what.to, answer->datagram);
}

void pair::drain_events(int which) {
  auto& one = at(which);
  while (auto happened = one.stream.poll_event()) {
    if (auto* got = std::get_if<udx::data>(&*happened))
      base::append(one.received, got->payload);
    else if (auto* acked = std::get_if<udx::acknowledged>(&*happened))
      one.acknowledged = acked->offset;
    else if (std::holds_alternative<udx::drained>(*happened))
      ++one.drained;
    else if (std::holds_alternative<udx::end_received>(*happened))
      one.ended = true;
    else if (auto* contact = std::get_if<udx::contacted>(&*happened))
      one.contacts.push_back(contact->from);
    else if (auto* gone = std::get_if<udx::closed>(&*happened)) {
      one.closed = gone->reason;
      if (auto grave = one.stream.epitaph())
        tombstones_[static_cast<std::size_t>(which)].bury(now_, *grave);
    }
  }
}

std::optional<base::instant> pair::next_instant() const {
  std::optional<base::instant> first;
  if (!flying_.empty())
    first = flying_.top().at;
  for (const auto& one : sides_)
    if (auto at = one.stream.poll_timeout(); at && (!first || *at < *first))
      first = at;
  return first;
}

} // namespace hyper::test
