#pragma once

#include "actors/messages.hpp"
#include "actors/repl/command.hpp"

#include <string>
#include <vector>

// What a command prints, as text or as JSON. docs/client.md has examples.

namespace hyper::actors {

/// Exit codes of one-shot commands; scripts rely on them.
enum class exit_code : int {
  done = 0,
  refused = 1,     ///< the registry said no
  usage = 2,       ///< wrong command line, or storage that cannot be used
  unreachable = 3, ///< no answer from the network in time
};

/// The end of a command: what goes where, and what a script is told.
struct output {
  std::string out; ///< standard output; whole lines
  std::string err; ///< standard error; whole lines
  exit_code code = exit_code::done;
};

/// Writes the answers of one program, all of them in the same form.
class answers {
public:
  explicit answers(bool json) : json_(json) {}

  output registered(const std::string& name, bool already,
                    std::uint64_t length) const;
  output deleted(const std::string& name, std::uint64_t length) const;
  output found(const std::string& name, const name_found& what) const;
  output listed(const names_listed& what) const;
  output history(const std::string& name, const history_told& what) const;
  output change(const registry::event& what) const;
  output identity(const base::public_key& key, const names_listed& owned) const;
  output status(const index_status& log, const swarm_status& peers,
                const discovery_status& dht) const;
  output help() const;

  /// The registry said no.
  output refused(const registry::decision& why) const;

  /// The network, the storage or the person is at fault.
  output failed(const base::error& why) const;
  output usage(const std::string& problem) const;

  bool is_json() const { return json_; }

private:
  output error(const std::string& text, const std::string& code,
               exit_code exit) const;
  std::string note_of(const freshness& how_new) const;

  bool json_;
};

} // namespace hyper::actors
