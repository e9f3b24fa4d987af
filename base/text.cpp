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

char32_t code_point(std::string_view character) {
  auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1)
    return first;
  char32_t value = first & (0x7fU >> character.size());
  for (auto c : character.substr(1))
    value = value << 6 | (static_cast<unsigned char>(c) & 0x3f);
  return value;
}

// Beyond ASCII: controls, and what reorders or hides text on a terminal.
bool unprintable(char32_t c) {
  return (c >= 0x80 && c < 0xa0) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
         c == 0xfeff || (c >= 0xfff0 && c <= 0xfffb) || c >= 0xe0000;
}

std::string escaped(const char* form, char32_t c) {
  char out[16];
  std::snprintf(out, sizeof out, form, static_cast<unsigned>(c));
  return out;
}

// One character, or one byte that begins none.
std::string shown(std::string_view character, bool whole) {
  auto c = code_point(character);
  if (!whole || c < 0x20 || c == 0x7f)
    return escaped("\\x%02x", c);
  if (c == '\\')
    return "\\\\";
  return unprintable(c) ? escaped("\\u{%04x}", c) : std::string{character};
}

} // namespace

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

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
    auto length = utf8_character(as_bytes(text));
    auto character = text.substr(0, length == 0 ? 1 : length);
    out += shown(character, length > 0);
    text.remove_prefix(character.size());
  }
  return out;
}

} // namespace hyper::base
