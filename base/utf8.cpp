#include "base/codec.hpp"
#include "base/text.hpp"

namespace hyper::base {

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

struct sequence {
  std::size_t length = 0;         ///< bytes of a well formed character
  std::uint8_t second_low = 0x80; ///< allowed range of its second byte
  std::uint8_t second_high = 0xbf;
};

// Table 3-7 of the Unicode standard: which second bytes a first byte allows.
sequence sequence_of(std::uint8_t first) {
  if (first < 0x80)
    return {1};
  if (first >= 0xc2 && first <= 0xdf)
    return {2};
  if (first >= 0xe0 && first <= 0xef)
    return {3, static_cast<std::uint8_t>(first == 0xe0 ? 0xa0 : 0x80),
            static_cast<std::uint8_t>(first == 0xed ? 0x9f : 0xbf)};
  if (first >= 0xf0 && first <= 0xf4)
    return {4, static_cast<std::uint8_t>(first == 0xf0 ? 0x90 : 0x80),
            static_cast<std::uint8_t>(first == 0xf4 ? 0x8f : 0xbf)};
  return {0};
}

// How many bytes at the start belong together, well formed or not.
std::size_t matching(bytes_view raw, const sequence& shape) {
  if (shape.length < 2)
    return 1;
  std::size_t n = 1;
  auto low = shape.second_low;
  auto high = shape.second_high;
  while (n < shape.length && n < raw.size() && raw[n] >= low &&
         raw[n] <= high) {
    low = 0x80;
    high = 0xbf;
    ++n;
  }
  return n;
}

} // namespace

std::size_t utf8_character(bytes_view raw) {
  if (raw.empty())
    return 0;
  auto shape = sequence_of(raw[0]);
  return matching(raw, shape) == shape.length ? shape.length : 0;
}

std::string utf8_replace(bytes_view raw) {
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    auto shape = sequence_of(raw[0]);
    auto n = matching(raw, shape);
    out += n == shape.length ? as_text(raw.first(n)) : replacement;
    raw = raw.subspan(n);
  }
  return out;
}

} // namespace hyper::base
