#include "base/wipe.hpp"

#include <sodium.h>

namespace hyper::base {

void wipe(mutable_bytes data) {
  sodium_memzero(data.data(), data.size());
}

bool secret_equal(bytes_view left, bytes_view right) {
  return left.size() == right.size() &&
         sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

} // namespace hyper::base
