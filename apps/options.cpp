#include "apps/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <functional>

namespace hyper::apps {

namespace {

constexpr int exit_usage = 2;
constexpr double timeout_max_seconds = 86400;

// What CLI11 fills in, as text; read into `options` afterwards, so that every
// mistake gets one kind of message and one exit code.
struct raw_options {
  std::vector<std::string> bootstrap;
  std::string host;
  std::uint16_t port = 0;
  std::string storage;
  std::string primary_key_file;
  std::string names = "strict";
  bool firewalled = false;
  bool json = false;
  double timeout = 10;
  std::string server_key;
  std::string core_key;
};

struct program {
  CLI::App* command = nullptr;
  raw_options raw;
  std::function<int(const options&)> run;
};

base::error usage(const std::string& problem) {
  return {base::errc::malformed, problem};
}

base::status read_bootstrap(const raw_options& raw, options& out) {
  for (const auto& text : raw.bootstrap) {
    if (text == "public") {
      out.public_network = true;
      continue;
    }
    auto where = base::parse_endpoint(text);
    if (!where)
      return usage("--bootstrap: " + where.failure().message +
                   "; expected HOST:PORT or 'public'");
    out.bootstrap.push_back(*where);
  }
  if (raw.bootstrap.empty())
    out.bootstrap.push_back(bootstrap_default);
  return base::unit{};
}

base::status read_host(const raw_options& raw, options& out) {
  if (raw.host.empty())
    return base::unit{};
  auto host = base::parse_host(raw.host);
  if (!host)
    return usage("--host: " + host.failure().message +
                 "; expected an IPv4 address");
  out.host = *host;
  return base::unit{};
}

base::status read_keys(const raw_options& raw, options& out) {
  if (raw.server_key.empty())
    return base::unit{};
  auto server = read_key("SERVER_KEY", raw.server_key);
  if (!server)
    return server.failure();
  if (!base::is_valid_point(*server))
    return usage("SERVER_KEY is not a public key (no point of the curve): is "
                 "it the key that the server prints as 'Server Public Key'?");
  auto core = read_key("CORE_KEY", raw.core_key);
  if (!core)
    return core.failure();
  out.server_key = *server;
  out.core_key = *core;
  return base::unit{};
}

base::result<options> read(const program& which) {
  const auto& raw = which.raw;
  options out;
  out.port = raw.port;
  out.storage = raw.storage;
  out.firewalled = raw.firewalled;
  out.json = raw.json;
  if (!raw.primary_key_file.empty())
    out.primary_key_file = raw.primary_key_file;
  out.names = raw.names == "any" ? registry::name_policy::any
                                 : registry::name_policy::strict;
  if (!(raw.timeout > 0 && raw.timeout <= timeout_max_seconds))
    return usage("--timeout: expected seconds above 0, at most 86400");
  out.timeout = base::duration{static_cast<std::int64_t>(raw.timeout * 1e6)};
  for (auto step : {read_bootstrap, read_host, read_keys})
    if (auto done = step(raw, out); !done)
      return done.failure();
  out.words = which.command->remaining();
  return out;
}

void add_network(program& to) {
  auto* command = to.command;
  command
      ->add_option("--bootstrap", to.raw.bootstrap,
                   "bootstrap node, HOST:PORT; 'public': the public DHT")
      ->allow_extra_args(false);
  command->add_option("--host", to.raw.host, "IPv4 address to bind to");
  command->add_flag("--firewalled", to.raw.firewalled,
                    "do not claim to be reachable by strangers");
}

void add_port(program& to, const std::string& meaning) {
  to.command->add_option("--port", to.raw.port, meaning);
}

void add_storage(program& to, const std::string& folder) {
  to.raw.storage = folder;
  to.command
      ->add_option("--storage", to.raw.storage,
                   "folder of everything that lasts")
      ->capture_default_str();
  to.command->add_option("--primary-key-file", to.raw.primary_key_file,
                         "an existing Corestore primary key");
}

void add_client(program& to) {
  to.command->add_flag("--json", to.raw.json, "one JSON object per line");
  to.command
      ->add_option("--timeout", to.raw.timeout,
                   "bound on every wait, in seconds")
      ->capture_default_str();
}

void add_names(program& to) {
  to.command
      ->add_option("--names", to.raw.names,
                   "which names may be registered: strict or any")
      ->check(CLI::IsMember({"strict", "any"}))
      ->capture_default_str();
}

void set_up_bootstrap(program& to) {
  to.raw.port = bootstrap_default.port;
  to.command->add_option("--host", to.raw.host,
                         "IPv4 address to bind to, and to be known by");
  add_port(to, "UDP port (30001)");
  to.run = run_bootstrap;
}

void set_up_server(program& to) {
  add_network(to);
  add_port(to, "UDP port (any)");
  add_storage(to, "./server-corestore");
  add_names(to);
  to.run = run_server;
}

void set_up_client(program& to) {
  add_network(to);
  add_storage(to, "./client-corestore");
  add_client(to);
  to.command->add_option("SERVER_KEY", to.raw.server_key, "whom to call")
      ->required();
  to.command->add_option("CORE_KEY", to.raw.core_key, "the log to copy")
      ->required();
  to.command->allow_extras();
  to.command->footer("Further words are a command to run instead of the "
                     "prompt; 'help' lists them.");
  to.run = run_client;
}

void set_up_demo(program& to) {
  add_client(to);
  add_names(to);
  to.run = run_demo;
}

struct entry {
  const char* name;
  const char* meaning;
  void (*set_up)(program&);
};

constexpr entry programs[] = {
    {"bootstrap", "run a node of the DHT that others begin with",
     set_up_bootstrap},
    {"server", "run a registry", set_up_server},
    {"client", "use a registry: a prompt, lines of a pipe, or one command",
     set_up_client},
    {"demo", "bootstrap node, server and client in one process", set_up_demo},
};

int complain(const std::string& problem) {
  std::fprintf(stderr, "Error: %s\n", problem.c_str());
  return exit_usage;
}

} // namespace

base::result<base::public_key> read_key(const std::string& which,
                                        const std::string& text) {
  auto key = base::parse_key(text);
  if (!key)
    return base::error{key.failure().code,
                       which + ": " + key.failure().message};
  return key;
}

base::fixed_bytes<4> bind_host(const options& how) {
  if (how.host)
    return *how.host;
  auto local = !how.public_network &&
               std::ranges::all_of(how.bootstrap, [](const auto& where) {
                 return base::is_loopback(where.host);
               });
  return local ? bootstrap_default.host : base::fixed_bytes<4>{};
}

int run_command_line(int argc, char** argv) {
  CLI::App app{"hyper-registry: names for public keys, peer to peer"};
  app.require_subcommand(1);
  std::vector<program> all(std::size(programs));
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].command = app.add_subcommand(programs[i].name, programs[i].meaning);
    programs[i].set_up(all[i]);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : exit_usage;
  }
  for (const auto& one : all) {
    if (!one.command->parsed())
      continue;
    auto how = read(one);
    return how ? one.run(*how) : complain(how.failure().message);
  }
  return exit_usage;
}

} // namespace hyper::apps
