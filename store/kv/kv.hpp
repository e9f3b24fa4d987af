#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hyper::kv {

/// Longest key: what LMDB takes in its usual build.
inline constexpr std::size_t key_size_max = 511;

/// Sets a key to a value, or removes it.
struct write {
  base::bytes key;                  ///< 1 to key_size_max bytes
  std::optional<base::bytes> value; ///< none: remove; absent keys are fine

  friend bool operator==(const write&, const write&) = default;
};

/// Changes that become durable together or not at all, applied in order.
using batch = std::vector<write>;

enum class direction { forward, backward };

/// Sees one entry; false ends the scan. The views live until it returns.
using visitor =
    std::function<bool(base::bytes_view key, base::bytes_view value)>;

/// The content of a store at one moment. Views that it hands out live as long
/// as it does. Long lived snapshots keep old pages from being reused.
class snapshot {
public:
  virtual ~snapshot() = default;

  /// The value, or none if the key is absent.
  virtual base::result<std::optional<base::bytes_view>>
  get(base::bytes_view key) const = 0;

  /// Visits the keys of [from, until) in byte order, or from the last one
  /// down. An empty `until` means: to the end.
  virtual base::status scan(base::bytes_view from, base::bytes_view until,
                            direction way, const visitor& visit) const = 0;
};

/// Keys and values in byte order. One writer at a time; any number of
/// snapshots, also on other threads. Read and commit may run on two threads.
class store {
public:
  virtual ~store() = default;

  /// The content now. Later commits are not seen.
  virtual base::result<std::unique_ptr<snapshot>> read() const = 0;

  /// When it returns success the batch survives a power failure; on failure
  /// (disk full, read-only, ...) nothing of it is there.
  virtual base::status commit(const batch& changes) = 0;
};

/// Opens or creates an LMDB environment in the folder, which is made if it is
/// absent. Fails with errc::busy if another process, or this one, has it open,
/// errc::malformed if the file in it is damaged or no store of ours, errc::io
/// for the rest (read-only, disk full, not a folder, ...); the sentence says
/// what is wrong and what to do. Snapshots must be gone before the store.
base::result<std::unique_ptr<store>> open_lmdb(const std::string& folder);

/// The twin in memory: same contract, forgets everything at the end.
std::unique_ptr<store> make_memory_store();

/// A snapshot with a batch on top, not yet committed. Both must outlive it.
std::unique_ptr<snapshot> make_overlay(const snapshot& below,
                                       const batch& above);

} // namespace hyper::kv
