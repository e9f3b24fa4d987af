#pragma once

#include "store/registry/rules.hpp"

#include <string>
#include <string_view>

namespace hyper::actors {

/// What answers, events and traces call a change: "register" or "delete".
std::string_view action_text(registry::action what);

/// Text as JSON can bear it: as it is if it is UTF-8, which names in a log of
/// others need not be, else escaped as for a terminal.
std::string json_text(const std::string& text);

} // namespace hyper::actors
