#include "store/registry/replica.hpp"

#include "store/registry/fold.hpp"
#include "store/registry/log_blocks.hpp"

namespace hyper::registry {

base::result<caught_up> catch_up(const kv::snapshot& stored,
                                 std::uint64_t until) {
  auto tables = fold::on(stored);
  if (!tables)
    return tables.failure();
  if (tables->now().applied > until)
    return base::error{base::errc::refused,
                       "registry: the names are those of a longer log"};
  caught_up out;
  log_blocks blocks{stored};
  for (std::size_t count = 0;
       count < fold_blocks_max && tables->now().applied < until; ++count) {
    auto block = blocks.block(tables->now().applied);
    if (!block)
      return block.failure();
    auto done = tables->apply(*block);
    if (done)
      continue;
    if (done.failure().code != base::errc::malformed)
      return done.failure();
    out.stopped = done.failure();
    break;
  }
  out.applied = tables->now().applied;
  out.writes = tables->finish();
  return out;
}

base::result<kv::batch> forget(const kv::snapshot& stored) {
  kv::batch out;
  auto keys = all_tables();
  auto done = stored.scan(keys.from, keys.until, kv::direction::forward,
                          [&](base::bytes_view key, base::bytes_view) {
                            out.push_back({base::to_bytes(key), std::nullopt});
                            return true;
                          });
  if (!done)
    return done.failure();
  return out;
}

} // namespace hyper::registry
