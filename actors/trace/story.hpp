#pragma once

#include "actors/trace/recording.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What one request has caused, in every recorded process.

namespace hyper::actors::trace {

/// Where a story begins: the first message about a name, or one message.
struct beginning {
  std::optional<std::string> name;
  std::optional<std::uint64_t> number; ///< of a message, in the first file
                                       ///< that has it
};

/// Indices of messages in a recording, in its order: the beginning, what led to
/// it, and everything that it caused. Followed are
///   - what was sent in a handler of the story (timers are nobody's doing),
///   - answers to questions of the story,
///   - calls to the other process and their return, by their number on the
///     connection,
///   - the log's new length and blocks, into every copy of it.
/// Empty if there is no such beginning.
std::vector<std::size_t> story_of(const recording& from, const beginning& at);

/// Messages that somebody from outside of every actor, or of the process, has
/// begun something with: typed lines, commands, calls.
std::vector<std::size_t> requests_of(const recording& from);

} // namespace hyper::actors::trace
