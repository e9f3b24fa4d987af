#pragma once

#include "actors/stress/workload.hpp"
#include "actors/trace/filter.hpp"
#include "base/endpoint.hpp"
#include "base/keys.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "store/registry/names.hpp"

#include <optional>
#include <string>
#include <vector>

// Every command line of the program as a value; parsed in one place.

namespace hyper::apps {

/// What a command line asks for, apart from the program.
struct options {
  std::vector<base::endpoint> bootstrap;
  bool public_network = false; ///< join the public DHT
  std::optional<base::fixed_bytes<4>> host;
  std::uint16_t port = 0; ///< 0: any
  std::string storage;
  std::optional<std::string> primary_key_file;
  registry::name_policy names = registry::name_policy::strict;
  bool firewalled = false; ///< do not claim to be reachable
  bool json = false;
  base::duration timeout = base::seconds{10};
  base::public_key server_key{};
  base::public_key core_key{};
  std::vector<std::string> words;          ///< a one-shot command, or files
  std::optional<base::endpoint> websocket; ///< server: peers come here, too
  std::string via; ///< client: HOST:PORT of the server's; empty: the DHT
  std::optional<base::endpoint> http;         ///< where to answer HTTP
  std::string http_token;                     ///< empty: none is needed
  std::optional<actors::trace::filter> trace; ///< shown on standard error
  std::optional<std::string> trace_file;
  std::optional<std::string> story_name;     ///< `trace`: whose story
  std::optional<std::uint64_t> story_number; ///< `trace`: of which message
  bool mermaid = false;
  std::uint64_t seed = 1;       ///< `simulate`: the first one
  std::uint64_t seeds = 1;      ///< how many
  std::uint32_t clients = 0;    ///< 0: as the seed says
  std::uint32_t operations = 0; ///< 0: as the seed says
  bool websockets = false;      ///< `simulate`: most clients over these
  bool self = false;            ///< `stress`: against a server of its own
  std::optional<base::duration> duration;
  double rate = 0;  ///< operations per second of all clients; 0: no bound
  double churn = 0; ///< clients that leave, per second
  actors::stress::mix mix;
};

/// The default bootstrap node: the original's.
inline constexpr base::endpoint bootstrap_default{{127, 0, 0, 1}, 30001};

/// Reads a key of the command line. `which` names it in the error.
base::result<base::public_key> read_key(const std::string& which,
                                        const std::string& text);

/// Where to bind: as asked for, else 127.0.0.1 if all bootstrap nodes are
/// there, else everywhere.
base::fixed_bytes<4> bind_host(const options& how);

/// Parses the command line and runs the program that it names. Gives the exit
/// code of the process.
int run_command_line(int argc, char** argv);

// The programs, one file each.
int run_bootstrap(const options& how);
int run_server(const options& how);
int run_client(const options& how);
int run_demo(const options& how);
int run_trace(const options& how);
int run_simulate(const options& how);
int run_stress(const options& how);

} // namespace hyper::apps
