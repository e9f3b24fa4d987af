#include "apps/options.hpp"

#include "apps/open_files.hpp"
#include "base/authority.hpp"
#include "base/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <functional>

namespace hyper::apps {

namespace {

constexpr int exit_usage = 2;

// What asio and LMDB need before they can say that it is too little.
constexpr std::size_t files_min = 64;

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
  std::string ws;
  std::string via;
  std::string http;
  std::string http_token_file;
  std::string trace; ///< empty: none
  std::string trace_file;
  std::vector<std::string> files;
  std::string story_name;
  std::uint64_t story_number = 0;
  std::string format = "text";
  std::uint64_t seed = 1;
  std::uint64_t seeds = 1;
  std::uint32_t clients = 0;
  std::uint32_t operations = 0;
  bool websockets = false;
  bool self = false;
  double duration = 0;
  double rate = 0;
  double churn = 0;
  double contention = 0.1;
  std::vector<std::uint64_t> mix;
};

// What `--trace` without a filter stands for.
constexpr const char* trace_all = "all";

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

// Of all that a URL may have, what a name server knows.
bool is_usual_host(std::string_view text) {
  return text.starts_with('[') ||
         std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
         });
}

// The name in it is looked up at each dial.
base::result<std::string> read_websocket_url(const std::string& text) {
  constexpr std::string_view scheme = "ws://";
  auto bad = usage("--via: expected ws://HOST:PORT, got " + base::escape(text));
  if (base::lower(text.substr(0, scheme.size())) != scheme)
    return bad;
  auto where = text.substr(scheme.size());
  if (where.ends_with('/'))
    where.pop_back();
  auto parts = base::split_authority(where);
  if (!parts || parts->host.empty() || !is_usual_host(parts->host))
    return bad;
  // The port is one that an address may have.
  if (auto read = base::parse_endpoint("0.0.0.0:" + std::string{parts->port});
      !read || read->port == 0)
    return bad;
  return where;
}

base::status read_websocket(const raw_options& raw, options& out) {
  if (!raw.ws.empty()) {
    auto where = base::parse_endpoint(raw.ws);
    if (!where)
      return usage("--ws: " + where.failure().message +
                   "; expected HOST:PORT with an IPv4 address");
    out.websocket = *where;
  }
  if (raw.via.empty())
    return base::unit{};
  auto via = read_websocket_url(raw.via);
  if (!via)
    return via.failure();
  out.via = std::move(via).value();
  return base::unit{};
}

// One line; blanks around it do not count.
base::result<std::string> read_token(const std::string& path) {
  std::ifstream in{path};
  std::string token;
  std::getline(in, token);
  auto first = token.find_first_not_of(" \t\r");
  if (!in || first == std::string::npos)
    return usage("--http-token-file: " + path +
                 " cannot be read, or its first line is empty");
  return token.substr(first, token.find_last_not_of(" \t\r") + 1 - first);
}

base::status read_http(const raw_options& raw, options& out) {
  if (raw.http.empty())
    return base::unit{};
  auto where = base::parse_endpoint(raw.http);
  if (!where)
    return usage("--http: " + where.failure().message +
                 "; expected HOST:PORT with an IPv4 address");
  out.http = *where;
  if (raw.http_token_file.empty())
    return base::is_loopback(where->host)
               ? base::status{base::unit{}}
               : usage("--http: other machines can reach " + raw.http +
                       "; give --http-token-file, or use 127.0.0.1");
  auto token = read_token(raw.http_token_file);
  if (!token)
    return token.failure();
  out.http_token = std::move(token).value();
  return base::unit{};
}

base::status read_trace(const raw_options& raw, options& out) {
  if (!raw.trace_file.empty())
    out.trace_file = raw.trace_file;
  if (raw.trace.empty())
    return base::unit{};
  auto filter = actors::trace::filter::parse(
      raw.trace == trace_all ? std::string{} : raw.trace);
  if (!filter)
    return usage("--trace: " + filter.failure().message);
  out.trace = std::move(filter).value();
  return base::unit{};
}

base::status read_story(const raw_options& raw, options& out) {
  if (!raw.story_name.empty())
    out.story_name = raw.story_name;
  if (raw.story_number != 0)
    out.story_number = raw.story_number;
  out.mermaid = raw.format == "mermaid";
  out.seed = raw.seed;
  out.seeds = raw.seeds;
  out.clients = raw.clients;
  out.operations = raw.operations;
  out.websockets = raw.websockets;
  out.self = raw.self;
  out.rate = raw.rate;
  out.churn = raw.churn;
  if (raw.duration > 0)
    out.duration =
        base::duration{static_cast<std::int64_t>(raw.duration * 1e6)};
  out.mix.contention = raw.contention;
  if (raw.mix.size() == 4) {
    out.mix.registers = raw.mix[0];
    out.mix.deletions = raw.mix[1];
    out.mix.lookups = raw.mix[2];
    out.mix.lists = raw.mix[3];
    if (raw.mix == std::vector<std::uint64_t>(4, 0))
      return usage("--mix: at least one number must be above 0");
  }
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
  for (auto step : {read_bootstrap, read_host, read_keys, read_websocket,
                    read_http, read_trace, read_story})
    if (auto done = step(raw, out); !done)
      return done.failure();
  out.words = raw.files.empty() ? which.command->remaining() : raw.files;
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

// An empty text is a variable that is not set, not the wish to do without: a
// gateway would ask for no token then.
void refuse_empty(CLI::App& command) {
  auto is_there = [](const std::string& text) -> std::string {
    return text.empty() ? "expected a value, got an empty text" : "";
  };
  for (auto* option : command.get_options())
    if (option->get_items_expected_max() > 0)
      option->check(is_there);
}

// Instead of the DHT, which all other options of the network are about.
void add_via(program& to) {
  auto* via = to.command->add_option(
      "--via", to.raw.via,
      "reach the server over a WebSocket of its --ws, ws://HOST:PORT");
  for (const auto* other : {"--bootstrap", "--host", "--firewalled"})
    via->excludes(to.command->get_option(other));
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

void add_http(program& to) {
  auto* where = to.command->add_option(
      "--http", to.raw.http, "answer HTTP there, such as 127.0.0.1:8080");
  to.command
      ->add_option("--http-token-file", to.raw.http_token_file,
                   "requests have to bear what is in this file")
      ->needs(where);
}

void add_trace(program& to) {
  to.command
      ->add_option("--trace", to.raw.trace,
                   "show messages between actors: all, or those that pass a "
                   "filter such as peer,log_writer or name=alice")
      ->type_name("[FILTER]");
  to.command->add_option("--trace-file", to.raw.trace_file,
                         "record them as Chrome trace events");
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
  add_trace(to);
  to.run = run_bootstrap;
}

void set_up_server(program& to) {
  add_network(to);
  add_port(to, "UDP port (any)");
  add_storage(to, "./server-corestore");
  add_names(to);
  to.command->add_option("--ws", to.raw.ws,
                         "let peers in over WebSockets, too, at HOST:PORT");
  add_http(to);
  add_trace(to);
  to.run = run_server;
}

void set_up_client(program& to) {
  add_network(to);
  add_via(to);
  add_storage(to, "./client-corestore");
  add_client(to);
  add_http(to);
  add_trace(to);
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
  add_trace(to);
  to.run = run_demo;
}

void set_up_trace(program& to) {
  to.command->add_option("FILE", to.raw.files, "recordings of --trace-file")
      ->required();
  to.command->add_option("--name", to.raw.story_name,
                         "all that the first request about this name caused");
  to.command->add_option("--message", to.raw.story_number,
                         "all that the message of this number caused");
  to.command
      ->add_option("--format", to.raw.format, "text or mermaid (a diagram)")
      ->check(CLI::IsMember({"text", "mermaid"}))
      ->capture_default_str();
  to.command->footer("Without --name and --message, the requests of the "
                     "recordings are listed.");
  to.run = run_trace;
}

void set_up_simulate(program& to) {
  to.command->add_option("--seed", to.raw.seed, "of the first run")
      ->capture_default_str();
  to.command->add_option("--seeds", to.raw.seeds, "how many, one after another")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  to.command->add_option("--clients", to.raw.clients, "1 to 8; else by chance")
      ->check(CLI::Range(1U, 8U));
  to.command
      ->add_option("--operations", to.raw.operations,
                   "1 to 1000; else by chance")
      ->check(CLI::Range(1U, 1000U));
  to.command->add_flag("--websockets", to.raw.websockets,
                       "most clients reach the server over WebSockets");
  add_trace(to); // of the run, or of its failure with less in it
  to.run = run_simulate;
}

void set_up_stress(program& to) {
  add_network(to);
  add_via(to);
  add_client(to);
  add_trace(to);
  to.raw.clients = 20;
  to.raw.operations = 2000;
  auto* command = to.command;
  auto* self = command->add_flag("--self", to.raw.self,
                                 "start a bootstrap node and a server for it");
  auto* server =
      command->add_option("SERVER_KEY", to.raw.server_key, "whom to call");
  auto* core =
      command->add_option("CORE_KEY", to.raw.core_key, "the log to copy");
  server->needs(core);
  core->needs(server);
  server->excludes(self);
  command->add_option("--clients", to.raw.clients, "each with key and copy")
      ->check(CLI::Range(1U, 2000U))
      ->capture_default_str();
  auto* count = command
                    ->add_option("--operations", to.raw.operations,
                                 "of all clients together")
                    ->check(CLI::Range(1U, 10'000'000U))
                    ->capture_default_str();
  command
      ->add_option("--duration", to.raw.duration,
                   "seconds, instead of a number of operations")
      ->check(CLI::Range(0.1, 86400.0))
      ->excludes(count);
  command
      ->add_option("--rate", to.raw.rate,
                   "operations per second of all clients (no bound)")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--contention", to.raw.contention,
                   "share of operations on names that everybody wants")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command
      ->add_option("--churn", to.raw.churn,
                   "clients per second that leave and come back")
      ->check(CLI::Range(0.0, 1000.0));
  command
      ->add_option("--mix", to.raw.mix,
                   "parts of register, delete, lookup, list (6 2 90 2)")
      ->expected(4);
  command->add_option("--seed", to.raw.seed, "of the wishes")
      ->capture_default_str();
  to.run = run_stress;
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
    {"stress", "many clients at once, and a judge of what they are told",
     set_up_stress},
    {"simulate", "real actors on a virtual network, from a seed",
     set_up_simulate},
    {"trace", "show what one request caused, from recordings", set_up_trace},
};

// `--trace` takes a filter only if the word behind it is one.
std::vector<std::string> with_trace_filters(int argc, char** argv) {
  std::vector<std::string> out(argv + 1, argv + argc);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] != "--trace")
      continue;
    bool given = i + 1 < out.size() && !out[i + 1].empty() &&
                 actors::trace::filter::parse(out[i + 1]).ok();
    out[i] += "=" + (given ? out[i + 1] : trace_all);
    if (given)
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
  // The parser takes them from the back.
  std::ranges::reverse(out);
  return out;
}

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
  CLI::App app{"hyper-registry: names for public keys, peer to peer",
               "hyper-registry"};
  app.require_subcommand(1);
  std::vector<program> all(std::size(programs));
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].command = app.add_subcommand(programs[i].name, programs[i].meaning);
    programs[i].set_up(all[i]);
    refuse_empty(*all[i].command);
  }
  try {
    app.parse(with_trace_filters(argc, argv));
  } catch (const CLI::ParseError& problem) {
    return app.exit(problem) == 0 ? 0 : exit_usage;
  }
  for (const auto& one : all) {
    if (!one.command->parsed())
      continue;
    auto how = read(one);
    if (!how)
      return complain(how.failure().message);
    if (!allow_open_files(files_min))
      return complain("too few open files are allowed; raise the limit "
                      "(ulimit -n)");
    return one.run(*how);
  }
  return exit_usage;
}

} // namespace hyper::apps
