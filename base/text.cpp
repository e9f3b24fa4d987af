#include "base/text.hpp"

#include <cstdio>

namespace hyper::base {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view z32_digits = "ybndrfg8ejkmcpqxot1uwisza345h769";

int hex_value(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

// Length of the UTF-8 character at the start, told by its first byte alone:
// callers hand in well formed text.
std::size_t character_length(unsigned char first) {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

char32_t code_point(std::string_view character) {
  auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1)
    return first;
  char32_t value = first & (0x7fU >> character.size());
  for (auto c : character.substr(1))
    value = value << 6 | (static_cast<unsigned char>(c) & 0x3f);
  return value;
}

// Controls and the characters that reorder or hide text on a terminal.
bool unprintable(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         (c >= 0xfff0 && c <= 0xfffb) || c >= 0xe0000;
}

std::string escaped(char32_t c) {
  char out[16];
  std::snprintf(out, sizeof out, c < 0x100 ? "\\x%02x" : "\\u{%04x}",
                static_cast<unsigned>(c));
  return out;
}

} // namespace

std::string to_hex(bytes_view data) {
  std::string out;
  out.reserve(data.size() * 2);
  for (auto byte : data) {
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 15];
  }
  return out;
}

result<bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0)
    return error{errc::malformed, "hex: odd number of digits"};
  bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    auto high = hex_value(text[i]);
    auto low = hex_value(text[i + 1]);
    if (high < 0 || low < 0)
      return error{errc::malformed, "hex: not a digit"};
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return out;
}

std::string to_z32(bytes_view data) {
  std::string out;
  unsigned pending = 0;
  unsigned bits = 0;
  for (auto byte : data) {
    pending = (pending << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5)
      out += z32_digits[pending >> (bits - 5) & 31];
  }
  if (bits > 0)
    out += z32_digits[pending << (5 - bits) & 31];
  return out;
}

result<bytes> from_z32(std::string_view text) {
  bytes out;
  unsigned pending = 0;
  unsigned bits = 0;
  for (auto c : text) {
    auto digit = z32_digits.find(c);
    if (digit == std::string_view::npos)
      return error{errc::malformed, "z-base-32: not a digit"};
    pending = (pending << 5 | static_cast<unsigned>(digit)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(pending >> bits));
    }
  }
  if (bits >= 5 || (pending & ((1U << bits) - 1)) != 0)
    return error{errc::malformed, "z-base-32: does not end on a byte"};
  return out;
}

std::string escape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    auto length = character_length(static_cast<unsigned char>(text[0]));
    auto character = text.substr(0, length);
    auto c = code_point(character);
    if (c == '\\')
      out += "\\\\";
    else
      out += unprintable(c) ? escaped(c) : std::string{character};
    text.remove_prefix(character.size());
  }
  return out;
}

} // namespace hyper::base
