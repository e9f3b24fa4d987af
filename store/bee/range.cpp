#include "store/bee/range.hpp"

namespace hyper::bee {

cursor::cursor(const block_source& from, std::uint64_t length,
               range_options options)
    : from_(&from), length_(length), left_(options.limit),
      walk_(from, length, std::move(options.keys), options.reverse) {}

base::result<std::optional<entry>> cursor::next() {
  while (left_ > 0 && walk_.top() != nullptr) {
    if (walk_.top()->what != walker::item::kind::key) {
      if (auto opened = walk_.open(); !opened)
        return opened.failure();
      continue;
    }
    auto found = load_entry(*from_, walk_.top()->at.seq, length_);
    walk_.skip();
    --left_;
    if (!found) {
      walk_.stop();
      return found.failure();
    }
    return std::optional{*found};
  }
  return std::optional<entry>{};
}

} // namespace hyper::bee
