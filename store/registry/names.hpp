#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Which names may be registered: docs/registry.md, "Names".

namespace hyper::registry {

/// Longest name under the strict rules, as in a label of a host name.
inline constexpr std::size_t strict_name_max = 63;

/// Longest name under any rules: a name travels in every list, and its key is
/// compared at every level of the tree.
inline constexpr std::size_t name_max = 1024;

enum class name_policy : std::uint8_t {
  strict, ///< 1 to 63 of a-z 0-9 . _ -, beginning with a letter or a digit
  any,    ///< what the original accepts, up to 1,024 bytes
};

/// Why a name may not be registered, with a hint where one helps; none if it
/// may. The sentence is printable whatever the name is.
std::optional<std::string> objection(name_policy policy, std::string_view name);

} // namespace hyper::registry
