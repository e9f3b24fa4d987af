#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What a person can type: parsed once, here. docs/client.md lists the commands.

namespace hyper::actors {

enum class verb {
  register_name,
  delete_name,
  lookup,
  list,
  history,
  watch,
  whoami,
  status,
  help,
  exit,
};

/// One command with its arguments.
struct command {
  verb what = verb::help;
  std::string name;                   ///< register, delete, lookup, ...
  std::optional<std::uint64_t> at;    ///< lookup: as of this log length
  std::string prefix;                 ///< list
  std::optional<std::uint64_t> limit; ///< list
  bool reverse = false;               ///< list

  friend bool operator==(const command&, const command&) = default;
};

/// Splits a line at blanks; "double quotes" keep blanks in a word. Fails on a
/// quote that is not closed.
base::result<std::vector<std::string>> split_words(std::string_view line);

/// Reads a command from its words. Further words of a name belong to it, with
/// one blank between, so that the registry can say what is wrong with it.
/// Fails with a sentence that says how the command is used.
base::result<command> parse_command(std::span<const std::string> words);

/// What `help` prints: every command with an example.
std::string help_text();

/// All command words that begin with `head`, for completion.
std::vector<std::string> complete_verb(std::string_view head);

} // namespace hyper::actors
