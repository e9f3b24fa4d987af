#pragma once

#include "actors/sim/plan.hpp"
#include "base/keys.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// What was asked, answered and written in one run, in the order of a single
// counter: the simulation's steps.

namespace hyper::actors::sim {

using stamp = std::uint64_t;

/// A line and its answer.
struct told {
  std::uint32_t client = 0;
  base::public_key key{}; ///< of the client
  std::string line;
  stamp begun = 0;
  base::instant begun_at;
  std::optional<stamp> ended; ///< none: the client crashed first, or it hangs
  base::instant ended_at;
  std::string answer;           ///< JSON, as printed
  bool crashed = false;         ///< the client did before it was answered
  bool at_peace = false;        ///< asked when all faults were over for long
  bool server_was_gone = false; ///< for good
};

/// A block of the server's log that changes a name, when it became durable.
struct written {
  std::uint64_t seq = 0;
  bool put = true;
  std::string name;
  std::optional<base::public_key> owner;
  stamp when = 0;

  /// The same block; when does not matter.
  bool is(const written& other) const {
    return seq == other.seq && put == other.put && name == other.name &&
           owner == other.owner;
  }
};

/// A peer has told a client how long the log is.
struct heard {
  std::uint32_t client = 0;
  std::uint64_t length = 0;
  stamp when = 0;
  base::instant at;
};

/// The server's answer to a call has come to the client's caller.
struct returned {
  std::uint32_t client = 0;
  std::string text;
  stamp when = 0;
};

struct history {
  bool calm = true; ///< nothing went wrong
  std::vector<told> lines;
  std::vector<written> log;
  std::vector<base::instant> log_times; ///< of the blocks in `log`
  std::vector<heard> news;
  std::vector<returned> answers;
  std::vector<std::string> problems; ///< seen while it ran
};

/// The laws that a history breaks, a sentence each, beginning with the law.
/// Sequential model: the log's blocks one after the other; each answer must be
/// right at some moment between its question and itself.
std::vector<std::string> check(const history& what);

} // namespace hyper::actors::sim
