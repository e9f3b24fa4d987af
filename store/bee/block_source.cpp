#include "store/bee/block_source.hpp"

namespace hyper::bee {

void memory_blocks::clear(std::uint64_t first) {
  first_ = first;
  blocks_.clear();
}

base::result<base::bytes_view> memory_blocks::block(std::uint64_t seq) const {
  if (seq < first_ || seq >= length())
    return base::error{base::errc::not_found,
                       "bee: no block " + std::to_string(seq)};
  return base::bytes_view{blocks_[seq - first_]};
}

} // namespace hyper::bee
