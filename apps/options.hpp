#pragma once

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
  std::vector<std::string> words; ///< a one-shot command
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

} // namespace hyper::apps
