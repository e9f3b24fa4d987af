#include "base/bytes.hpp"

#include <algorithm>

namespace hyper::base {

bytes_view as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(bytes_view data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

bytes to_bytes(bytes_view data) {
  return {data.begin(), data.end()};
}

bytes to_bytes(std::string_view text) {
  return to_bytes(as_bytes(text));
}

void append(bytes& out, bytes_view tail) {
  out.insert(out.end(), tail.begin(), tail.end());
}

bool equal(bytes_view left, bytes_view right) {
  return std::ranges::equal(left, right);
}

bool less(bytes_view left, bytes_view right) {
  return std::ranges::lexicographical_compare(left, right);
}

} // namespace hyper::base
