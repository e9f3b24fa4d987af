#pragma once

#include "actors/trace/recording.hpp"

#include <string>
#include <vector>

// A story as a picture.

namespace hyper::actors::trace {

/// A sequence diagram in Mermaid's language: a participant per actor, in the
/// order of appearance, an arrow per message, dashed for answers.
std::string to_mermaid(const recording& from,
                       const std::vector<std::size_t>& story);

/// A line per message: milliseconds since the first, sender, receiver, type,
/// facts, and how long it waited and took.
std::string to_plain_text(const recording& from,
                          const std::vector<std::size_t>& story);

} // namespace hyper::actors::trace
