#include "store/registry/writer.hpp"

#include "base/assert.hpp"
#include "base/mutant.hpp"
#include "store/bee/keys.hpp"
#include "store/bee/writer.hpp"
#include "store/registry/fold.hpp"
#include "store/registry/log_blocks.hpp"

namespace hyper::registry {

namespace {

base::result<std::optional<holder>> holder_of(bee::writer& tree,
                                              base::bytes_view key) {
  auto found = tree.get(key);
  if (!found)
    return found.failure();
  if (!*found)
    return std::optional<holder>{};
  auto owner = bee::decode_owner((*found)->value);
  if (!owner)
    return std::optional{holder{}};
  return std::optional{holder{*owner}};
}

base::status make(bee::writer& tree, const change& wish, base::bytes_view key) {
  if (wish.what == action::put)
    return tree.put(key, base::bytes_view{wish.caller});
  auto removed = tree.del(key);
  if (!removed)
    return removed.failure();
  HYPER_ASSERT(*removed || base::mutant("check_then_act"));
  return base::unit{};
}

base::result<answer> settle(bee::writer& tree, name_policy names,
                            const change& wish,
                            base::result<std::optional<holder>> now) {
  auto key = bee::encode_name(wish.name);
  if (!now)
    return now.failure();
  answer out{registry::decide(names, wish, *now), 0};
  if (out.made.what == verdict::accepted)
    if (auto done = make(tree, wish, key); !done)
      return done.failure();
  out.length = tree.length();
  return out;
}

base::status fold_blocks(const kv::snapshot& committed, const bee::writer& tree,
                         kv::batch& writes) {
  auto tables = fold::on(committed);
  if (!tables)
    return tables.failure();
  if (tables->now().applied != tree.committed_length())
    return base::error{base::errc::malformed,
                       "registry: the names are not those of the log's end"};
  for (const auto& block : tree.blocks())
    if (auto done = tables->apply(block); !done)
      return done;
  auto folded = tables->finish();
  writes.insert(writes.end(), std::make_move_iterator(folded.begin()),
                std::make_move_iterator(folded.end()));
  return base::unit{};
}

} // namespace

writer::writer(log::identity who, base::key_pair signer, name_policy names)
    : who_(std::move(who)), signer_(signer), names_(names) {}

base::result<group> writer::decide(const kv::snapshot& committed,
                                   const log::head& current,
                                   std::span<const change> changes) {
  if (changes.size() > group_changes_max)
    return base::error{base::errc::limit,
                       "registry: too many changes in one group"};
  log_blocks blocks{committed};
  bee::writer tree{blocks, current.length(), memory_};
  tree.ensure_header();
  group out;
  std::vector<base::result<std::optional<holder>>> before;
  for (const auto& wish : changes)
    if (base::mutant("check_then_act"))
      before.push_back(holder_of(tree, bee::encode_name(wish.name)));
  for (const auto& wish : changes) {
    auto now = base::mutant("check_then_act")
                   ? before[out.answers.size()]
                   : holder_of(tree, bee::encode_name(wish.name));
    auto settled = settle(tree, names_, wish, std::move(now));
    if (!settled)
      return settled.failure();
    out.answers.push_back(std::move(*settled));
  }
  auto appended = log::append(who_, current, tree.blocks(), signer_);
  if (!appended)
    return appended.failure();
  out.writes = std::move(appended->writes);
  out.next = std::move(appended->next);
  if (auto done = fold_blocks(committed, tree, out.writes); !done)
    return done.failure();
  HYPER_ASSERT(out.next.length() == tree.length());
  HYPER_ASSERT(out.answers.size() == changes.size());
  return out;
}

} // namespace hyper::registry
