#pragma once

#include "store/registry/layout.hpp"
#include "store/registry/rules.hpp"

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace hyper::registry {

/// Who has a name since which block; it is in every log longer than `seq`.
struct record {
  std::uint64_t seq = 0;
  base::public_key owner{};

  friend bool operator==(const record&, const record&) = default;
};

/// A name in a list. It lives until the visitor returns, and may hold any
/// bytes: escape it before it is shown.
struct listed {
  std::string_view name;
  record of;
};

/// Sees one name; false ends the list.
using name_visitor = std::function<bool(const listed&)>;

struct list_options {
  std::string prefix;
  std::optional<std::string> after; ///< strictly behind it, in the direction
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  bool reverse = false;
};

/// What happened to a name in block `seq`. A put whose value is no key has no
/// owner.
struct event {
  std::uint64_t seq = 0;
  action what = action::put;
  std::string name;
  std::optional<base::public_key> owner;

  friend bool operator==(const event&, const event&) = default;
};

/// A part of what is in the order of the log: from block `from` on or, with
/// `newest_first`, from there back; without it from an end of the log.
struct history_options {
  std::optional<std::uint64_t> from;
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
  bool newest_first = false;
};

/// Sees one event; false ends the history.
using event_visitor = std::function<bool(const event&)>;

/// The names as of one snapshot of the store: what lookups, lists and
/// histories are answered from. It is always the content of the tree at
/// length() blocks of the log. Every call fails with errc::malformed if the
/// tables are damaged, and with the store's error if it can't be read.
class view {
public:
  /// The snapshot must outlive it.
  explicit view(const kv::snapshot& from) : from_(&from) {}

  /// Length of the log that it shows, and counts.
  base::result<state> now() const { return read_state(*from_); }

  /// Who has the name, or none. An entry whose value is no key is
  /// errc::malformed.
  base::result<std::optional<record>> lookup(std::string_view name) const;

  /// The same at an earlier length of the log. errc::not_found if the log is
  /// shorter than that here.
  base::result<std::optional<record>> lookup_at(std::string_view name,
                                                std::uint64_t length) const;

  /// The names in the order of the tree: by length, then by bytes. The prefix
  /// is one of names, so its matches lie apart, one run per length; the work
  /// grows with the matches and the lengths that exist. Entries without an
  /// owner are left out.
  base::status list(const list_options& options,
                    const name_visitor& visit) const;

  /// What happened to one name. The work grows with what is seen.
  base::status history(std::string_view name, const history_options& options,
                       const event_visitor& visit) const;

  /// Whether the key has got, or given back, the name in block `from` or
  /// later. A deletion is that of the owner before it.
  base::result<bool> has_change(std::string_view name,
                                const base::public_key& by, action what,
                                std::uint64_t from) const;

  /// What happened to all names from block `from` on, in the order of the
  /// log. Blocks whose key is no name are left out.
  base::status history_all(std::uint64_t from,
                           const event_visitor& visit) const;

  /// The names that a key has, in the order in which it got them.
  base::status names_of(const base::public_key& owner,
                        const history_options& options,
                        const name_visitor& visit) const;

private:
  const kv::snapshot* from_;
};

} // namespace hyper::registry
