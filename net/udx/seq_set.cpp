#include "net/udx/seq_set.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::udx {

seq_set::seq_set(std::size_t capacity) : words_(capacity / word_bits) {
  HYPER_ASSERT(capacity == 0 ||
               (capacity >= word_bits && std::has_single_bit(capacity)));
}

bool seq_set::contains(seq_number seq) const {
  return !words_.empty() && (words_[word_of(seq)] & bit_of(seq)) != 0;
}

void seq_set::insert(seq_number seq) {
  HYPER_ASSERT(!words_.empty());
  words_[word_of(seq)] |= bit_of(seq);
}

void seq_set::erase(seq_number seq) {
  if (!words_.empty())
    words_[word_of(seq)] &= ~bit_of(seq);
}

void seq_set::clear() {
  std::fill(words_.begin(), words_.end(), word{0});
}

std::optional<seq_number> seq_set::next_member(seq_number first,
                                               seq_number last) const {
  auto found = scan(first, last, 0);
  return found == last ? std::nullopt : std::optional{found};
}

seq_number seq_set::next_gap(seq_number first, seq_number last) const {
  return scan(first, last, ~word{0});
}

void seq_set::resize(std::size_t capacity, seq_number first, seq_number last) {
  seq_set wider{capacity};
  for (auto at = next_member(first, last); at; at = next_member(*at + 1, last))
    wider.insert(*at);
  words_.swap(wider.words_);
}

seq_number seq_set::scan(seq_number first, seq_number last, word flip) const {
  if (words_.empty())
    return flip == 0 ? last : first;
  while (before(first, last)) {
    auto bits = (words_[word_of(first)] ^ flip) >> (first % word_bits);
    if (bits != 0) {
      first += static_cast<seq_number>(std::countr_zero(bits));
      return before(first, last) ? first : last;
    }
    first += word_bits - first % word_bits;
  }
  return last;
}

} // namespace hyper::udx
