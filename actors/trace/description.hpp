#pragma once

#include <caf/type_erased_tuple.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// What a message says, for people: its type and a few facts. Never a secret
// key, never a payload.

namespace hyper::actors::trace {

/// A fact of a message. Texts are escaped and at most field_text_max bytes.
struct field {
  std::string_view key; ///< lives for ever
  std::variant<std::uint64_t, std::string> value;

  friend bool operator==(const field&, const field&) = default;
};

inline constexpr std::size_t field_text_max = 96;

struct description {
  std::string_view type; ///< as in messages.hpp, or CAF's; lives for ever
  std::vector<field> fields;
};

/// Describes every message of messages.hpp and those of CAF that actors get;
/// any other is "unknown".
description describe(const caf::type_erased_tuple& what);

/// The types of messages.hpp that describe() knows, sorted.
std::vector<std::string_view> described_types();

/// The value of a field as text.
std::string to_text(const field& one);

} // namespace hyper::actors::trace
