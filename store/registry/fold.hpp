#pragma once

#include "store/registry/layout.hpp"

#include <map>

namespace hyper::registry {

/// Folds blocks of the log, in order, into the view's tables. Nothing is
/// stored: the writes are a value, to be committed together with the blocks.
class fold {
public:
  /// Goes on from what is in the snapshot, which must outlive the fold.
  static base::result<fold> on(const kv::snapshot& below);

  /// Takes in the block with the number state().applied. A block that can't be
  /// read is errc::malformed; the fold stays where it was. A block whose key
  /// is no name is counted and changes nothing else.
  base::status apply(base::bytes_view block);

  const state& now() const { return state_; }

  /// Who has the name, the blocks taken in so far included. The row lives
  /// until the next call.
  base::result<std::optional<name_row>> holder_of(base::bytes_view row) const;

  /// What has to be written; the fold is at its end. Empty if no block was
  /// taken in.
  kv::batch finish();

private:
  explicit fold(const kv::snapshot& below) : below_(&below) {}

  void put(base::bytes_view key, const base::bytes& row, base::bytes owner);
  void del(const base::bytes& row);
  base::status disown(const std::optional<name_row>& old);

  const kv::snapshot* below_;
  state state_;
  std::uint64_t before_ = 0; ///< blocks applied when the fold began
  std::map<base::bytes, std::optional<name_row>> touched_;
  kv::batch writes_;
};

} // namespace hyper::registry
