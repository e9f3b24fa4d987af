#pragma once

#include "store/bee/entry.hpp"
#include "store/bee/tree_edit.hpp"

#include <span>

namespace hyper::bee {

/// Most operations of one batch: they are held in memory until its end.
inline constexpr std::size_t batch_operations_max = 65536;

/// One operation of a batch.
struct operation {
  enum class kind : std::uint8_t { put, del };

  kind what = kind::put;
  base::bytes key;
  std::optional<base::bytes> value;
};

/// Makes the blocks of changes, byte for byte as the original does. Changes
/// are made one after the other, each on top of those before; nothing is
/// stored. Whoever owns the log appends blocks() to it, in one go or not at
/// all, and then makes a new writer.
///
/// After a failure (a block that cannot be read, a tree against the rules, a
/// block above the limit) the change that failed has not happened, those
/// before it have, and the writer goes on.
class writer {
public:
  /// A writer on a log of `length` blocks. `memory` is used if it is of that
  /// length, and begun anew otherwise; it may serve one writer after the other.
  /// After an append that failed it must not be used again without forget().
  /// Source and memory must outlive the writer.
  writer(const block_source& committed, std::uint64_t length,
         working_tree& memory);

  /// The entry of a key on top of all changes, or none. Its views live until
  /// the writer ends.
  base::result<std::optional<entry>> get(base::bytes_view key);

  /// One block; on an empty log the header before it.
  base::status put(base::bytes_view key,
                   const std::optional<base::bytes_view>& value);

  /// One block and true, or none and false if the key is not there. On an
  /// empty log it makes the header, as the original does.
  base::result<bool> del(base::bytes_view key);

  /// All operations as one batch of the original: one block for each that
  /// changes something; only the version after the last one can be read.
  base::status batch(std::span<const operation> operations);

  /// The header, if the log is empty and has none yet.
  void ensure_header();

  /// The blocks made so far, the first one for place committed_length().
  const std::vector<base::bytes>& blocks() const {
    return source_.made.blocks();
  }

  std::uint64_t committed_length() const { return source_.made.first(); }

  /// Length of the log with all blocks made so far.
  std::uint64_t length() const { return source_.made.length(); }

  /// All blocks: those of the log and those made so far.
  const block_source& source() const { return source_; }

private:
  /// The log with the new blocks behind it.
  struct layered final : block_source {
    base::result<base::bytes_view> block(std::uint64_t seq) const override;

    const block_source* committed = nullptr;
    memory_blocks made;
  };
  struct batch_block;

  base::status write(base::bytes_view key,
                     const std::optional<base::bytes_view>& value);
  base::status add(const operation& what, std::vector<batch_block>& blocks);
  base::status flush(std::vector<batch_block>& blocks);
  base::result<base::bytes>
  encode_levels(const std::vector<working_child*>& levels, base::bytes_view key,
                const std::optional<base::bytes_view>& value);
  void make_room();

  layered source_;
  working_tree* memory_;
  tree_edit edit_;
  level scratch_;
};

} // namespace hyper::bee
