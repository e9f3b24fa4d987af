#pragma once

#include "net/replication/handshake.hpp"
#include "net/replication/messages.hpp"
#include "tests/support/vectors.hpp"

#include <optional>
#include <string_view>

// Values of replication messages as the recorded files spell them.

namespace hyper::test {

/// The message of that name; none for a name that is none of the ten.
std::optional<replication::message> to_message(std::string_view name,
                                               const json::object& value);

replication::handshake to_handshake(const json::object& value);

/// Whether the member is there and not null.
bool has(const json::object& from, std::string_view member);

} // namespace hyper::test
