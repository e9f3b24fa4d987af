#include "actors/sim/plan.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hyper::actors::sim {

namespace {

// Operations begin within this time, so that many are under way at once.
constexpr std::uint64_t span_us = 4'000'000;

base::duration some_time(chooser& choose, std::uint64_t up_to_us) {
  return base::duration{static_cast<std::int64_t>(choose.pick(up_to_us + 1))};
}

std::string name_of(std::uint64_t number) {
  constexpr std::array names = {"alice", "bo", "carol", "dave", "eve.1"};
  return names[number % names.size()];
}

// Most wishes are for few names, and most clients want the same ones.
std::string make_line(chooser& choose) {
  auto name = name_of(choose.pick(2) == 0 ? 0 : choose.pick(5));
  auto verb = choose.pick(16);
  if (verb < 6)
    return "register " + name;
  if (verb < 9)
    return "delete " + name;
  if (verb < 13)
    return "lookup " + name;
  if (verb < 15)
    return "list";
  return "history " + name;
}

fault make_fault(chooser& choose, std::uint32_t clients) {
  constexpr std::array kinds = {
      fault_kind::crash_server, fault_kind::crash_server,
      fault_kind::crash_client, fault_kind::stop_bootstrap,
      fault_kind::part,         fault_kind::part_clients,
      fault_kind::bad_weather,  fault_kind::bad_weather,
      fault_kind::full_disk,    fault_kind::full_client_disk,
      fault_kind::slow_disk};
  fault out;
  out.what = kinds[choose.pick(kinds.size())];
  out.begin = some_time(choose, span_us + 2'000'000);
  out.length = base::milliseconds{20} + some_time(choose, 5'000'000);
  out.client = static_cast<std::uint32_t>(choose.pick(clients));
  out.other = static_cast<std::uint32_t>(choose.pick(clients));
  return out;
}

std::uint32_t some_clients(chooser& choose) {
  auto dice = choose.pick(32);
  if (dice == 0)
    return clients_max;
  return static_cast<std::uint32_t>(2 + dice % 3);
}

std::string_view text_of(fault_kind what) {
  switch (what) {
  case fault_kind::crash_server:
    return "the server crashes";
  case fault_kind::crash_client:
    return "a client crashes";
  case fault_kind::stop_bootstrap:
    return "the bootstrap node is down";
  case fault_kind::part:
    return "a client and the server are parted";
  case fault_kind::part_clients:
    return "two clients are parted";
  case fault_kind::bad_weather:
    return "datagrams are lost, doubled and late";
  case fault_kind::full_disk:
    return "the server's disk is full";
  case fault_kind::full_client_disk:
    return "a client's disk is full";
  case fault_kind::slow_disk:
    return "the server's disk is slow";
  }
  return "?";
}

std::string ms(base::duration time) {
  return std::to_string(time.count() / 1000) + " ms";
}

} // namespace

plan make_plan(std::uint64_t seed, const plan_config& how) {
  seeded_chooser choose{seed};
  plan out;
  out.seed = seed;
  auto clients = how.clients != 0 ? how.clients : some_clients(choose);
  for (std::uint32_t i = 0; i < clients; ++i)
    // Late joiners among them.
    out.clients.push_back(choose.pick(4) == 0 ? some_time(choose, span_us)
                                              : some_time(choose, 50'000));
  auto operations = how.operations != 0
                        ? how.operations
                        : static_cast<std::uint32_t>(4 + choose.pick(21));
  for (std::uint32_t i = 0; i < operations; ++i) {
    operation one;
    one.client = static_cast<std::uint32_t>(choose.pick(clients));
    // In bursts: what is asked at once is what collides.
    one.not_before = base::seconds{static_cast<std::int64_t>(choose.pick(4))} +
                     some_time(choose, choose.pick(2) == 0 ? 1000 : 800'000);
    one.line = make_line(choose);
    out.operations.push_back(std::move(one));
  }
  std::ranges::stable_sort(out.operations, {}, &operation::not_before);
  // Two runs in five are calm: some laws can be told only there.
  if (choose.pick(5) >= 2)
    for (auto count = 1 + choose.pick(4); count > 0; --count)
      out.faults.push_back(make_fault(choose, clients));
  out.liar = choose.pick(8) == 0;
  out.websockets = how.websockets;
  return out;
}

std::string to_text(const plan& what) {
  auto out = "seed " + std::to_string(what.seed) + "\n";
  for (std::size_t i = 0; i < what.clients.size(); ++i)
    out += "client " + std::to_string(i) + " starts at " + ms(what.clients[i]) +
           "\n";
  if (what.websockets)
    out += "clients but every fourth reach the server over a WebSocket\n";
  if (what.liar)
    out += "one more peer has a longer log with wrong signatures\n";
  for (const auto& one : what.operations)
    out += "client " + std::to_string(one.client) + ", from " +
           ms(one.not_before) + ": " + one.line + "\n";
  for (const auto& one : what.faults)
    out += std::string{text_of(one.what)} + ", from " + ms(one.begin) +
           " for " + ms(one.length) + " (client " + std::to_string(one.client) +
           ", " + std::to_string(one.other) + ")\n";
  return out;
}

} // namespace hyper::actors::sim
