#include "store/registry/prefix_scan.hpp"

#include "base/codec.hpp"
#include "store/bee/keys.hpp"

namespace hyper::registry {

namespace {

/// The run of keys of one length whose names begin with the prefix. Of a length
/// shorter than the prefix it is the empty run behind its keys.
class run_of_length {
public:
  explicit run_of_length(std::string_view prefix) : prefix_(prefix) {}

  enum class place { before, inside, behind };

  /// Where a key stands, seen from the run of its own length.
  place find(base::bytes_view key) {
    auto head = bee::key_head(key);
    if (!base::equal(head, head_))
      move_to(head);
    if (base::less(key, from_))
      return place::before;
    if (until_ && !base::less(key, *until_))
      return place::behind;
    return place::inside;
  }

  // Of the run of the key that was found last.
  const base::bytes& from() const { return from_; }
  const std::optional<base::bytes>& until() const { return until_; }
  const base::bytes& head() const { return head_; }

private:
  void move_to(base::bytes_view head) {
    head_ = base::to_bytes(head);
    if (base::reader{head}.uint() < prefix_.size()) {
      until_ = bee::after_prefix(head);
      from_ = until_.value();
    } else {
      from_ = base::concat(head, base::as_bytes(prefix_));
      until_ = bee::after_prefix(from_);
    }
  }

  std::string_view prefix_;
  base::bytes head_;
  base::bytes from_;
  std::optional<base::bytes> until_;
};

using place = run_of_length::place;

/// Where to go on, seen from a key outside of its run; none at the end.
std::optional<base::bytes> next_from(place at, const run_of_length& run) {
  return at == place::before ? run.from() : bee::after_prefix(run.head());
}

std::optional<base::bytes> next_until(place at, const run_of_length& run) {
  return at == place::behind ? run.until() : run.head();
}

} // namespace

base::status scan_prefix(const key_scan& scan, std::string_view prefix,
                         base::bytes from, std::optional<base::bytes> until,
                         kv::direction way, const kv::visitor& visit) {
  if (prefix.empty())
    return scan(from, until, way, visit);
  run_of_length run{prefix};
  bool is_forward = way == kv::direction::forward;
  std::optional<place> outside;
  auto look = [&](base::bytes_view key, base::bytes_view row) {
    auto at = run.find(key);
    if (at == place::inside)
      return visit(key, row);
    outside = at;
    return false;
  };
  do {
    outside.reset();
    if (auto done = scan(from, until, way, look); !done)
      return done;
    if (!outside)
      break;
    if (is_forward) {
      auto next = next_from(*outside, run);
      if (!next)
        break;
      from = std::move(*next);
    } else {
      until = next_until(*outside, run);
    }
  } while (!until || base::less(from, *until));
  return base::unit{};
}

} // namespace hyper::registry
