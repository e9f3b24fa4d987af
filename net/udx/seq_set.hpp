#pragma once

#include "net/udx/seq.hpp"

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace hyper::udx {

/// A set of packet numbers that lie close together, one bit each. Searching
/// goes 64 numbers at a time, so that an acknowledgement of thousands of
/// packets costs as little as one of a few. The owner sees to it that members
/// are less than capacity() apart.
class seq_set {
public:
  /// Requires a power of two of at least 64, or 0.
  explicit seq_set(std::size_t capacity = 0);

  std::size_t capacity() const { return words_.size() * word_bits; }
  bool contains(seq_number seq) const;

  void insert(seq_number seq);
  void erase(seq_number seq);
  void clear();

  /// The first member in [first, last).
  std::optional<seq_number> next_member(seq_number first,
                                        seq_number last) const;

  /// The first number in [first, last) that is no member, or `last`.
  seq_number next_gap(seq_number first, seq_number last) const;

  /// Changes the capacity, keeping the members in [first, last).
  void resize(std::size_t capacity, seq_number first, seq_number last);

private:
  using word = std::uint64_t;
  static constexpr seq_number word_bits = 64;

  std::size_t word_of(seq_number seq) const {
    return (seq / word_bits) & (words_.size() - 1);
  }
  static word bit_of(seq_number seq) { return word{1} << (seq % word_bits); }

  /// The first number in [first, last) whose bit, after `flip`, is set.
  seq_number scan(seq_number first, seq_number last, word flip) const;

  std::vector<word> words_;
};

} // namespace hyper::udx
