#include "store/registry/names.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace hyper::registry {

namespace {

// Letters of ASCII; the classification of <cctype> depends on the locale.
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool begins(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_allowed(char c) {
  return begins(c) || c == '.' || c == '_' || c == '-';
}

bool holds(std::string_view name, bool (*of)(char)) {
  return std::any_of(name.begin(), name.end(), of);
}

std::string too_long(std::size_t size, std::size_t max) {
  return std::to_string(size) + " bytes, at most " + std::to_string(max) +
         " are allowed";
}

/// The nearest name that would be allowed: lower case, a dash for each blank.
std::string mended(std::string_view name) {
  auto first = std::find_if_not(name.begin(), name.end(), is_blank);
  auto last = std::find_if_not(name.rbegin(), name.rend(), is_blank).base();
  std::string out;
  for (; first < last; ++first)
    out += is_upper(*first)   ? static_cast<char>(*first - 'A' + 'a')
           : is_blank(*first) ? '-'
                              : *first;
  return out;
}

std::optional<std::string> strict_objection(std::string_view name);

std::string with_hint(const char* reason, std::string_view name) {
  auto better = mended(name);
  if (strict_objection(better))
    return reason;
  return std::string{reason} + " (try " + better + ")";
}

std::string unknown_character(std::string_view name) {
  auto at = std::find_if_not(name.begin(), name.end(), is_allowed);
  std::string reason = "only a-z 0-9 . _ - are allowed";
  if (at != name.end() && static_cast<unsigned char>(*at) < 0x80)
    reason += ", not " + base::escape(std::string_view{&*at, 1});
  return reason;
}

std::optional<std::string> strict_objection(std::string_view name) {
  if (name.empty())
    return "the name is empty";
  if (name.size() > strict_name_max)
    return too_long(name.size(), strict_name_max);
  if (holds(name, is_blank))
    return with_hint("no blanks are allowed", name);
  if (holds(name, is_upper))
    return with_hint("no upper case letters are allowed", name);
  if (!std::all_of(name.begin(), name.end(), is_allowed))
    return unknown_character(name);
  if (!begins(name.front()))
    return "it must begin with a letter or a digit";
  return std::nullopt;
}

} // namespace

std::optional<std::string> objection(name_policy policy,
                                     std::string_view name) {
  if (policy == name_policy::strict)
    return strict_objection(name);
  if (name.size() > name_max)
    return too_long(name.size(), name_max);
  return std::nullopt;
}

} // namespace hyper::registry
