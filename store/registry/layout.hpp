#pragma once

#include "base/keys.hpp"
#include "store/bee/entry.hpp"
#include "store/kv/kv.hpp"

#include <optional>

// The tables of the view, beside the log's records in the same store. See
// docs/registry.md, "Tables".
//
//   key                       value
//   20                        state: uint version, applied, names, puts,
//                             deletions, foreign
//   21 + row key              uint block, owner        who has a name now
//   22 + row key + u64 BE block   u8 action, owner     what happened to a name
//   23 + owner + u64 BE block     key in the tree      which names a key has
//
// A row key is the key in the tree if its name is short (252 bytes), and
// otherwise fd and the key's hash, because a store's keys end at 511 bytes.
// So short names lie in the tree's order, and long ones behind them.
// An owner of less than 32 bytes is one that can't be read.

namespace hyper::registry {

/// Version of the tables that this program writes.
inline constexpr std::uint64_t tables_version = 1;

/// First byte of the row keys of long names.
inline constexpr std::uint8_t long_row = 0xfd;

/// What the view is a view of, and counts.
struct state {
  std::uint64_t applied = 0;   ///< blocks of the log that are in the tables
  std::uint64_t names = 0;     ///< names that somebody has
  std::uint64_t puts = 0;      ///< puts so far
  std::uint64_t deletions = 0; ///< deletions so far
  std::uint64_t foreign = 0;   ///< blocks whose key is no name

  friend bool operator==(const state&, const state&) = default;
};

/// A row of the table of names. The owner is as in the value of the block, cut
/// to 32 bytes.
struct name_row {
  std::uint64_t seq = 0;
  base::bytes owner;

  friend bool operator==(const name_row&, const name_row&) = default;
};

/// The same as a view into the store.
struct name_row_view {
  std::uint64_t seq = 0;
  base::bytes_view owner;
};

/// A half-open run of a store's keys.
struct key_run {
  base::bytes from;
  base::bytes until;
};

base::bytes row_key(base::bytes_view tree_key);

base::bytes state_key();
base::bytes name_key(base::bytes_view row);
base::bytes event_key(base::bytes_view row, std::uint64_t seq);
base::bytes owned_key(base::bytes_view owner, std::uint64_t seq);

/// The run of the short names' rows between two row keys; no `until` means to
/// their end.
key_run short_names(base::bytes_view from,
                    const std::optional<base::bytes>& until);

/// A name's events before block `end`.
key_run events_before(base::bytes_view row, std::uint64_t end);

/// The names of one owner.
key_run owned_by(const base::public_key& owner);

/// All tables.
key_run all_tables();

/// The part behind a table's mark.
base::bytes_view without_mark(base::bytes_view key);

/// The number at the end of a key.
base::result<std::uint64_t> seq_at_end(base::bytes_view key);

base::bytes encode(const state& what);
base::bytes encode(const name_row& what);

/// The state; all zero if there is none. errc::refused if a newer program has
/// written it, errc::malformed if it is damaged.
base::result<state> read_state(const kv::snapshot& from);

base::result<name_row_view> decode_name_row(base::bytes_view value);

/// The row of a name; none if nobody has it.
base::result<std::optional<name_row_view>> read_name(const kv::snapshot& from,
                                                     base::bytes_view row);

} // namespace hyper::registry
