#include "actors/gateway/route.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <map>
#include <vector>

namespace hyper::actors::gateway {

namespace {

using parameters = std::map<std::string, std::string>;

no_route bad_request(std::string message) {
  return {400, "bad_request", std::move(message)};
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f')
    return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F')
    return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

// None: a percent sign that begins nothing.
std::optional<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size())
      return std::nullopt;
    auto high = hex_digit(text[i + 1]);
    auto low = hex_digit(text[i + 2]);
    if (!high || !low)
      return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  while (true) {
    auto end = text.find(at);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos)
      return out;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint64_t> number(const std::string& text) {
  std::uint64_t out = 0;
  const auto* end = text.data() + text.size();
  auto [stop, bad] = std::from_chars(text.data(), end, out);
  if (bad != std::errc{} || stop != end)
    return std::nullopt;
  return out;
}

/// The parameters of a query, each at most once, and each one that `allowed`
/// names; or why not.
std::optional<no_route>
read_query(std::string_view text,
           std::initializer_list<std::string_view> allowed, parameters& out) {
  if (text.empty())
    return std::nullopt;
  for (auto pair : split(text, '&')) {
    auto equals = pair.find('=');
    auto key = decode(pair.substr(0, equals));
    auto value =
        decode(equals == std::string_view::npos ? std::string_view{}
                                                : pair.substr(equals + 1));
    if (!key || !value)
      return bad_request("the query has a '%' without two hex digits");
    if (std::ranges::find(allowed, *key) == allowed.end())
      return bad_request("there is no parameter '" + *key + "' here");
    if (!out.emplace(*key, *value).second)
      return bad_request("the parameter '" + *key + "' is there twice");
  }
  return std::nullopt;
}

no_route no_number(std::string_view key) {
  return bad_request('\'' + std::string{key} + "' is no whole number");
}

/// Reads a number, if it is there, into a std::uint64_t or an optional one.
template <class Number>
std::optional<no_route> take_number(const parameters& from, const char* key,
                                    Number& out) {
  auto found = from.find(key);
  if (found == from.end())
    return std::nullopt;
  auto value = number(found->second);
  if (!value)
    return no_number(key);
  out = *value;
  return std::nullopt;
}

std::optional<no_route> take_limit(const parameters& from, std::uint64_t& out) {
  if (auto bad = take_number(from, "limit", out))
    return bad;
  if (out < 1 || out > limit_max)
    return bad_request("'limit' is 1 to " + std::to_string(limit_max));
  return std::nullopt;
}

route name_of(std::string name, std::string_view query) {
  parameters given;
  if (auto bad = read_query(query, {"at"}, given))
    return *bad;
  name_route out{std::move(name), {}};
  if (auto bad = take_number(given, "at", out.at))
    return *bad;
  return out;
}

route names_of(std::string_view query) {
  parameters given;
  if (auto bad = read_query(query, {"prefix", "after", "limit"}, given))
    return *bad;
  names_route out;
  out.prefix = given["prefix"];
  if (auto after = given.find("after"); after != given.end())
    out.after = after->second;
  if (auto bad = take_limit(given, out.limit))
    return *bad;
  return out;
}

route history_of(std::string name, std::string_view query) {
  parameters given;
  if (auto bad = read_query(query, {"from", "limit", "order"}, given))
    return *bad;
  history_route out;
  out.name = std::move(name);
  if (auto order = given.find("order"); order != given.end()) {
    out.newest = order->second == "newest";
    if (!out.newest && order->second != "oldest")
      return bad_request("'order' is 'oldest' or 'newest'");
  }
  if (auto bad = take_number(given, "from", out.from))
    return *bad;
  if (auto bad = take_limit(given, out.limit))
    return *bad;
  return out;
}

route key_of(const std::string& text, std::string_view query) {
  parameters given;
  if (auto bad = read_query(query, {"from", "limit"}, given))
    return *bad;
  auto key = base::parse_key(text);
  if (!key)
    return bad_request("KEY: " + key.failure().message);
  key_route out{*key, {}};
  if (auto bad = take_number(given, "from", out.from))
    return *bad;
  if (auto bad = take_limit(given, out.limit))
    return *bad;
  return out;
}

route events_of(std::string_view query) {
  parameters given;
  if (auto bad = read_query(query, {"from", "trace"}, given))
    return *bad;
  events_route out;
  if (auto trace = given.find("trace"); trace != given.end()) {
    if (trace->second != "1")
      return bad_request("'trace' is 1, or is left out");
    out.trace = true;
  }
  if (auto bad = take_number(given, "from", out.from))
    return *bad;
  return out;
}

/// The file that a path of the page names; none: it is another path.
std::optional<std::string_view> page_name(std::string_view path) {
  constexpr std::string_view folder = "/page/";
  if (path == "/")
    return std::string_view{};
  if (path.size() > folder.size() && path.starts_with(folder))
    return path.substr(folder.size());
  return std::nullopt;
}

route plain(route what, std::string_view query) {
  parameters given;
  if (auto bad = read_query(query, {}, given))
    return *bad;
  return what;
}

} // namespace

split_target split_absolute(std::string_view target) {
  constexpr std::string_view scheme = "http://";
  if (base::lower(target.substr(0, scheme.size())) != scheme)
    return {{}, target};
  target.remove_prefix(scheme.size());
  auto end = std::min(target.find_first_of("/?"), target.size());
  auto rest = target.substr(end);
  return {target.substr(0, end), rest.empty() ? "/" : rest};
}

std::string_view kind_of(const route& what) {
  // In the order of the variant.
  constexpr std::array<std::string_view, std::variant_size_v<route>> words = {
      "name",   "names", "history", "key",  "events", "status",
      "health", "ready", "metrics", "page", "none"};
  return words.at(what.index());
}

route parse_target(std::string_view target) {
  if (target.size() > target_max)
    return no_route{414, "too_long", "the target is too long"};
  auto mark = target.find('?');
  auto path = mark == 0 ? "/" : target.substr(0, mark); // RFC 9110, 4.2.3
  auto query = mark == std::string_view::npos ? std::string_view{}
                                              : target.substr(mark + 1);
  if (auto name = page_name(path))
    if (const auto* file = find_page(*name))
      return plain(page_route{file}, query);
  if (path == "/healthz")
    return plain(health_route{}, query);
  if (path == "/readyz")
    return plain(ready_route{}, query);
  if (path == "/metrics")
    return plain(metrics_route{}, query);
  if (path == "/v1/status")
    return plain(status_route{}, query);
  if (path == "/v1/events")
    return events_of(query);
  if (path == "/v1/names")
    return names_of(query);
  // Decoded piece by piece: an encoded slash belongs to a name.
  auto parts = split(path, '/');
  if (parts.size() >= 4 && parts[0].empty() && parts[1] == "v1" &&
      !parts[3].empty()) {
    auto last = decode(parts[3]);
    if (!last)
      return bad_request("the path has a '%' without two hex digits");
    if (parts[2] == "names" && parts.size() == 4)
      return name_of(std::move(*last), query);
    if (parts[2] == "names" && parts.size() == 5 && parts[4] == "history")
      return history_of(std::move(*last), query);
    if (parts[2] == "keys" && parts.size() == 4)
      return key_of(*last, query);
  }
  return no_route{404, "no_such_page", "there is nothing under this path"};
}

} // namespace hyper::actors::gateway
