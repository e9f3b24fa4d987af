#include "store/registry/log_blocks.hpp"

#include "store/log/layout.hpp"

namespace hyper::registry {

base::result<base::bytes_view> log_blocks::block(std::uint64_t seq) const {
  auto stored = log::read_block(*from_, seq);
  if (!stored)
    return stored.failure();
  if (!*stored)
    return base::error{base::errc::not_found, "registry: block " +
                                                  std::to_string(seq) +
                                                  " is not here"};
  return **stored;
}

} // namespace hyper::registry
