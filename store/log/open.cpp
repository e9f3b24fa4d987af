#include "store/log/open.hpp"

#include "base/assert.hpp"
#include "base/text.hpp"
#include "store/log/keys.hpp"
#include "store/log/layout.hpp"

namespace hyper::log {

namespace {

base::error refused(std::string why) {
  return {base::errc::refused, "log: " + std::move(why)};
}

base::error damaged(std::string_view what) {
  return {base::errc::malformed,
          "log: the store is damaged: " + std::string{what}};
}

base::result<bool> is_empty(const kv::snapshot& from) {
  bool empty = true;
  auto done = from.scan(
      {}, {}, kv::direction::forward,
      [&](base::bytes_view, base::bytes_view) { return empty = false; });
  if (!done)
    return done.failure();
  return empty;
}

base::status check_format(const format& found, const base::public_key& key) {
  if (found.version != layout_version)
    return refused("the store was written by a newer program (format " +
                   std::to_string(found.version) + "); use that one");
  if (found.key != key)
    return refused("the store holds the log " + base::to_text(found.key) +
                   ", not " + base::to_text(key) + "; choose another folder");
  return base::unit{};
}

// Whether the store holds the log already; an empty store does not.
base::result<bool> holds_log(const kv::snapshot& from,
                             const base::public_key& key) {
  auto found = read_format(from);
  if (!found && found.failure().code == base::errc::malformed)
    return refused("the store holds something else; choose another folder");
  if (!found)
    return found.failure();
  if (*found) {
    auto good = check_format(**found, key);
    if (!good)
      return good.failure();
    return true;
  }
  auto empty = is_empty(from);
  if (!empty)
    return empty.failure();
  if (!*empty)
    return refused("the store holds something else; choose another folder");
  return false;
}

base::status check_head(const state& log) {
  if (log.who && !belongs_to(*log.who, log.key))
    return damaged("the manifest is that of another log");
  if (log.current.length() == 0)
    return base::unit{};
  if (!log.who ||
      !verify_signature({log.key, *log.who}, tree{log.current.roots},
                        log.current.fork, log.current.signature))
    return damaged("the end of the log is not signed");
  return base::unit{};
}

base::status load_blocks(const kv::snapshot& from, state& log) {
  auto contiguous = read_contiguous(from);
  if (!contiguous)
    return contiguous.failure();
  log.blocks.insert(0, *contiguous);
  std::uint64_t past_end = *contiguous;
  auto done = scan_blocks(from, *contiguous, [&](std::uint64_t block) {
    log.blocks.insert(block);
    past_end = block + 1;
  });
  if (!done)
    return done.failure();
  if (past_end > log.current.length())
    return damaged("there are blocks past its end");
  if (*contiguous == 0)
    return base::unit{};
  auto last = read_block(from, *contiguous - 1);
  if (!last)
    return last.failure();
  if (!*last)
    return damaged("blocks are missing");
  return base::unit{};
}

base::result<state> load(const kv::snapshot& from,
                         const base::public_key& key) {
  auto who = read_manifest(from);
  if (!who)
    return who.failure();
  auto current = read_head(from);
  if (!current)
    return current.failure();
  auto frozen = read_frozen(from);
  if (!frozen)
    return frozen.failure();
  auto compared = read_compared(from);
  if (!compared)
    return compared.failure();
  state log{key, std::move(*who), std::move(*current), {}, *frozen, *compared};
  auto good = check_head(log);
  if (good)
    good = load_blocks(from, log);
  if (!good)
    return good.failure();
  return log;
}

// Begins a log with the records, or loads the one that is there.
base::result<state> open(kv::store& where, const base::public_key& key,
                         const kv::batch& first_records) {
  auto before = where.read();
  if (!before)
    return before.failure();
  auto there = holds_log(**before, key);
  if (!there)
    return there.failure();
  if (*there)
    return load(**before, key);
  auto begun = where.commit(first_records);
  if (!begun)
    return begun.failure();
  auto after = where.read();
  if (!after)
    return after.failure();
  auto log = load(**after, key);
  HYPER_ASSERT(!log || (log->current == head{} && log->blocks.size() == 0));
  return log;
}

} // namespace

base::result<state> open_writer(kv::store& where, const base::manifest& who) {
  auto key = log_key(who);
  auto log = open(where, key, {format_record(key), manifest_record(who)});
  if (!log)
    return log.failure();
  if (log->who)
    return log;
  // A copy of our own log that never learned who may sign it.
  auto done = where.commit({manifest_record(who)});
  if (!done)
    return done.failure();
  log->who = who;
  return log;
}

base::result<state> open_reader(kv::store& where, const base::public_key& key) {
  return open(where, key, {format_record(key)});
}

} // namespace hyper::log
