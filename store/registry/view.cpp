#include "store/registry/view.hpp"

#include "base/codec.hpp"
#include "store/bee/history.hpp"
#include "store/bee/keys.hpp"
#include "store/registry/log_blocks.hpp"

#include <algorithm>

namespace hyper::registry {

namespace {

base::error damaged(const char* what) {
  return {base::errc::malformed, std::string{"registry: damaged "} + what};
}

base::error without_owner(std::uint64_t seq) {
  return {base::errc::malformed, "registry: the entry in block " +
                                     std::to_string(seq) +
                                     " has no public key"};
}

std::optional<base::public_key> owner_in(base::bytes_view value) {
  auto decoded = bee::decode_owner(value);
  if (!decoded)
    return std::nullopt;
  return *decoded;
}

base::result<event> decode_event(base::bytes_view key, base::bytes_view row) {
  auto seq = seq_at_end(key);
  if (!seq)
    return seq.failure();
  base::reader in{row};
  auto what = in.u8();
  if (in.failed() || what > static_cast<std::uint8_t>(action::del))
    return damaged("row of an event");
  return event{*seq, static_cast<action>(what), {}, owner_in(in.rest())};
}

/// Lets a visitor fail: the scan ends with its error.
class failing_visitor {
public:
  template <class Visit>
  base::status run(const kv::snapshot& from, const key_run& keys,
                   kv::direction way, Visit&& visit) {
    base::status kept = base::unit{};
    auto scanned = from.scan(keys.from, keys.until, way,
                             [&](base::bytes_view key, base::bytes_view value) {
                               base::result<bool> more = visit(key, value);
                               if (!more)
                                 kept = more.failure();
                               return more && *more;
                             });
    return kept ? scanned : kept;
  }
};

/// Sees the part of a run of keys, each with a block at its end, that is
/// wanted; `key` makes the one of a block.
template <class Key, class Visit>
base::status scan_part(const kv::snapshot& from, const history_options& wanted,
                       key_run keys, Key key, Visit&& visit) {
  if (wanted.limit == 0)
    return base::unit{};
  if (wanted.from) {
    auto block = std::min(*wanted.from, base::uint_max - 1);
    if (wanted.newest_first)
      keys.until = key(block + 1);
    else
      keys.from = key(block);
  }
  auto way =
      wanted.newest_first ? kv::direction::backward : kv::direction::forward;
  auto left = wanted.limit;
  return failing_visitor{}.run(
      from, keys, way,
      [&](base::bytes_view at, base::bytes_view value) -> base::result<bool> {
        base::result<bool> more = visit(at, value);
        return more && *more ? --left > 0 : more;
      });
}

} // namespace

base::result<std::optional<record>> view::lookup(std::string_view name) const {
  auto row = read_name(*from_, row_key(bee::encode_name(name)));
  if (!row)
    return row.failure();
  if (!*row)
    return std::optional<record>{};
  auto owner = owner_in((*row)->owner);
  if (!owner)
    return without_owner((*row)->seq);
  return std::optional{record{(*row)->seq, *owner}};
}

base::result<std::optional<record>>
view::lookup_at(std::string_view name, std::uint64_t length) const {
  auto stored = now();
  if (!stored)
    return stored.failure();
  if (length > stored->applied)
    return base::error{base::errc::not_found,
                       "registry: the log has " +
                           std::to_string(stored->applied) +
                           " blocks here, not " + std::to_string(length)};
  std::optional<event> last;
  auto done = failing_visitor{}.run(
      *from_, events_before(row_key(bee::encode_name(name)), length),
      kv::direction::backward,
      [&](base::bytes_view key, base::bytes_view row) -> base::result<bool> {
        auto found = decode_event(key, row);
        if (!found)
          return found.failure();
        last = std::move(*found);
        return false;
      });
  if (!done)
    return done.failure();
  if (!last || last->what == action::del)
    return std::optional<record>{};
  if (!last->owner)
    return without_owner(last->seq);
  return std::optional{record{last->seq, *last->owner}};
}

base::status view::history(std::string_view name,
                           const history_options& options,
                           const event_visitor& visit) const {
  auto row = row_key(bee::encode_name(name));
  return scan_part(
      *from_, options, events_before(row, base::uint_max),
      [&](std::uint64_t seq) { return event_key(row, seq); },
      [&](base::bytes_view key, base::bytes_view value) -> base::result<bool> {
        auto found = decode_event(key, value);
        if (!found)
          return found.failure();
        found->name = name;
        return visit(*found);
      });
}

base::result<bool> view::has_change(std::string_view name,
                                    const base::public_key& by, action what,
                                    std::uint64_t from) const {
  bool found = false;
  bool deleted = false; // by whoever had the name in the event before
  auto row = row_key(bee::encode_name(name));
  auto done = failing_visitor{}.run(
      *from_, events_before(row, base::uint_max), kv::direction::backward,
      [&](base::bytes_view key, base::bytes_view value) -> base::result<bool> {
        auto one = decode_event(key, value);
        if (!one)
          return one.failure();
        bool by_key = one->what == action::put && one->owner == by;
        found =
            by_key && (deleted || (what == action::put && one->seq >= from));
        deleted = one->what == action::del && what == action::del;
        return !found && one->seq >= from;
      });
  if (!done)
    return done.failure();
  return found;
}

base::status view::history_all(std::uint64_t from,
                               const event_visitor& visit) const {
  auto stored = now();
  if (!stored)
    return stored.failure();
  log_blocks blocks{*from_};
  for (std::uint64_t seq = std::max<std::uint64_t>(from, 1);
       seq < stored->applied; ++seq) {
    auto change = bee::load_change(blocks, seq);
    if (!change)
      return change.failure();
    if (!bee::is_canonical_key(change->of.key))
      continue;
    bool is_put = change->what == bee::change::kind::put;
    event one{seq, is_put ? action::put : action::del,
              std::string{*bee::decode_name(change->of.key)}, std::nullopt};
    if (change->of.value)
      one.owner = owner_in(*change->of.value);
    if (!visit(one))
      break;
  }
  return base::unit{};
}

base::status view::names_of(const base::public_key& owner,
                            const history_options& options,
                            const name_visitor& visit) const {
  return scan_part(
      *from_, options, owned_by(owner),
      [&](std::uint64_t seq) { return owned_key(owner, seq); },
      [&](base::bytes_view key, base::bytes_view value) -> base::result<bool> {
        auto seq = seq_at_end(key);
        auto name = bee::decode_name(value);
        if (!seq || !name)
          return damaged("row of an owner");
        return visit(listed{*name, {*seq, owner}});
      });
}

} // namespace hyper::registry
