#pragma once

#include <string>

namespace hyper::actors {

/// Text as JSON can bear it: as it is if it is UTF-8, which names in a log of
/// others need not be, else escaped as for a terminal.
std::string json_text(const std::string& text);

} // namespace hyper::actors
