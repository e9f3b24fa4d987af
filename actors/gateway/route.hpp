#pragma once

#include "actors/gateway/page.hpp"
#include "base/keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

// Which question does a request's target ask? (RFC 3986, sections 2.1 and 3.4)

namespace hyper::actors::gateway {

/// Longest target that is looked at.
inline constexpr std::size_t target_max = 4096;

/// Entries of one answer.
inline constexpr std::uint64_t limit_default = 100;
inline constexpr std::uint64_t limit_max = 1000;

/// Who has this name, now or at an earlier length?
struct name_route {
  std::string name;
  std::optional<std::uint64_t> at;
};

/// Which names are there, in the order of the tree?
struct names_route {
  std::string prefix;
  std::optional<std::string> after;
  std::uint64_t limit = limit_default;
};

/// What happened to this name from length `from` on? Or, with `newest`, from
/// there back; the newest change then comes first.
struct history_route {
  std::string name;
  std::optional<std::uint64_t> from;
  std::uint64_t limit = limit_default;
  bool newest = false;
};

/// Which names has this key, of those that it got at length `from` or later?
struct key_route {
  base::public_key key{};
  std::optional<std::uint64_t> from;
  std::uint64_t limit = limit_default;
};

/// What happens from now on, or behind length `from`?
struct events_route {
  std::optional<std::uint64_t> from;
  bool trace = false; ///< the messages between the actors, too
};

struct status_route {};
struct health_route {};
struct ready_route {};
struct metrics_route {};

/// A file of the page for people.
struct page_route {
  const page_file* file = nullptr;
};

/// Why a target is none of these.
struct no_route {
  unsigned status = 404;
  std::string code;    ///< for programs
  std::string message; ///< for people
};

using route = std::variant<name_route, names_route, history_route, key_route,
                           events_route, status_route, health_route,
                           ready_route, metrics_route, page_route, no_route>;

/// One word for a kind of question, such as "names"; "none" for no_route.
std::string_view kind_of(const route& what);

/// A target as an origin sees it. In its absolute form (RFC 9112,
/// section 3.2.2) it says itself which host is meant, and nobody if
/// `authority` is empty.
struct split_target {
  std::optional<std::string_view> authority;
  std::string_view rest; ///< path and query
};
split_target split_absolute(std::string_view target);

/// Reads a target. Parameters that are unknown, doubled or malformed are
/// refused, so that a misspelt one does not go unnoticed.
route parse_target(std::string_view target);

} // namespace hyper::actors::gateway
