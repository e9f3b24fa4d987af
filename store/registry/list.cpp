#include "store/bee/keys.hpp"
#include "store/bee/tree.hpp"
#include "store/registry/log_blocks.hpp"
#include "store/registry/prefix_scan.hpp"
#include "store/registry/view.hpp"

// Short names are listed from the table. The keys of long ones don't fit into
// the store's keys in full, so that their order is in the tree alone.

namespace hyper::registry {

namespace {

base::error damaged() {
  return {base::errc::malformed, "registry: damaged row of a name"};
}

base::status scan_long_names(const kv::snapshot& from, std::uint64_t length,
                             bee::range keys, kv::direction way,
                             const kv::visitor& visit) {
  log_blocks blocks{from};
  bee::range_options options{std::move(keys), way == kv::direction::backward};
  auto entries = bee::tree{blocks, length}.entries(std::move(options));
  while (true) {
    auto found = entries.next();
    if (!found)
      return found.failure();
    if (!*found)
      return base::unit{};
    const auto& one = **found;
    auto value = one.value.value_or(base::bytes_view{});
    auto owner = value.first(std::min(value.size(), bee::owner_size));
    if (bee::is_canonical_key(one.key) &&
        !visit(one.key, encode(name_row{one.seq, base::to_bytes(owner)})))
      return base::unit{};
  }
}

/// All names in the tree's order, from table and tree.
class all_names {
public:
  all_names(const kv::snapshot& from, std::uint64_t length)
      : from_(&from), length_(length) {}

  base::status operator()(const base::bytes& first,
                          const std::optional<base::bytes>& until,
                          kv::direction way, const kv::visitor& visit) const {
    bool more = true;
    bool is_damaged = false;
    auto watched = [&](base::bytes_view key, base::bytes_view row) {
      is_damaged = !bee::is_canonical_key(key);
      more = !is_damaged && visit(key, row);
      return more;
    };
    auto low = [&] { return scan_short(first, until, way, watched); };
    auto high = [&] { return scan_long(first, until, way, watched); };
    bool is_forward = way == kv::direction::forward;
    auto done = is_forward ? low() : high();
    if (done && more)
      done = is_forward ? high() : low();
    if (is_damaged)
      return damaged();
    return done;
  }

private:
  base::status scan_short(const base::bytes& first,
                          const std::optional<base::bytes>& until,
                          kv::direction way, const kv::visitor& visit) const {
    if (!base::less(first, base::bytes{long_row}))
      return base::unit{};
    auto keys = short_names(first, until);
    return from_->scan(keys.from, keys.until, way,
                       [&](base::bytes_view key, base::bytes_view row) {
                         return visit(without_mark(key), row);
                       });
  }

  base::status scan_long(const base::bytes& first,
                         const std::optional<base::bytes>& until,
                         kv::direction way, const kv::visitor& visit) const {
    base::bytes begin{long_row};
    if (until && !base::less(begin, *until))
      return base::unit{};
    bee::range keys;
    keys.gte = base::less(first, begin) ? begin : first;
    keys.lt = until;
    return scan_long_names(*from_, length_, std::move(keys), way, visit);
  }

  const kv::snapshot* from_;
  std::uint64_t length_;
};

} // namespace

base::status view::list(const list_options& options,
                        const name_visitor& visit) const {
  auto stored = now();
  if (!stored)
    return stored.failure();
  if (options.limit == 0)
    return base::unit{};
  base::bytes from;
  std::optional<base::bytes> until;
  if (options.after) {
    auto key = bee::encode_name(*options.after);
    if (options.reverse) {
      until = std::move(key);
    } else {
      key.push_back(0); // the first key behind it
      from = std::move(key);
    }
  }
  std::uint64_t left = options.limit;
  base::status kept = base::unit{};
  auto show = [&](base::bytes_view key, base::bytes_view row) {
    auto decoded = decode_name_row(row);
    auto name = bee::decode_name(key);
    if (!decoded || !name) {
      kept =
          base::error{base::errc::malformed, "registry: damaged row of a name"};
      return false;
    }
    if (decoded->owner.size() < bee::owner_size)
      return true;
    auto owner = base::take<bee::owner_size>(decoded->owner);
    return visit({*name, {decoded->seq, owner}}) && --left > 0;
  };
  auto done = scan_prefix(
      all_names{*from_, stored->applied}, options.prefix, std::move(from),
      std::move(until),
      options.reverse ? kv::direction::backward : kv::direction::forward, show);
  return kept ? done : kept;
}

} // namespace hyper::registry
