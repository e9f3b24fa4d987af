#pragma once

#include "actors/sim/simulation.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <vector>

// What is to happen in one run: who wants what, and what goes wrong. Made from
// a seed; a plan with less in it is a plan, too.

namespace hyper::actors::sim {

inline constexpr std::uint32_t clients_max = 8;

/// A line that a client's person types, not before that time and not before
/// the answer to the line before.
struct operation {
  std::uint32_t client = 0; ///< from 0
  base::duration not_before{};
  std::string line;
};

enum class fault_kind : std::uint8_t {
  crash_server, ///< and starts again after `length`
  crash_client,
  stop_bootstrap,
  part,         ///< `client` and server do not hear each other
  part_clients, ///< `client` and `other`
  bad_weather,  ///< loss, doubles, reordering for everybody
  full_disk,    ///< the server's
  full_client_disk,
  slow_disk, ///< the server's
};

struct fault {
  fault_kind what{};
  base::duration begin{};
  base::duration length{};
  std::uint32_t client = 0;
  std::uint32_t other = 0;
};

struct plan {
  std::uint64_t seed = 0; ///< of everything that a plan leaves open
  std::vector<base::duration> clients; ///< when each of them starts
  std::vector<operation> operations;
  std::vector<fault> faults;
  bool liar = false; ///< one more peer has a longer log with wrong signatures

  /// All clients but every fourth reach the server over a WebSocket, without
  /// the DHT.
  bool websockets = false;

  /// Nothing is lost, crashed or full.
  bool is_calm() const { return faults.empty(); }
};

struct plan_config {
  std::uint32_t clients = 0;    ///< 0: 2 to 4, rarely 8
  std::uint32_t operations = 0; ///< 0: 4 to 24
  bool websockets = false;
};

plan make_plan(std::uint64_t seed, const plan_config& how = {});

/// A line per part, for people.
std::string to_text(const plan& what);

} // namespace hyper::actors::sim
