#include "actors/gateway/guard.hpp"
#include "actors/gateway/replies.hpp"
#include "actors/gateway/route.hpp"
#include "base/assert.hpp"

#include <boost/json.hpp>

// Any text as a target, a header, and a name that is stored.

namespace {

using namespace hyper;
using namespace hyper::actors::gateway;

std::string encoded(std::string_view text) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text)
    out += {'%', digits[c / 16], digits[c % 16]};
  return out;
}

bool is_object(const std::string& body) {
  boost::json::error_code problem;
  auto parsed = boost::json::parse(body, problem);
  return !problem && parsed.is_object();
}

template <class Route>
Route again(const std::string& target) {
  auto what = parse_target(target);
  HYPER_ASSERT(std::holds_alternative<Route>(what));
  return std::get<Route>(what);
}

void check(const name_route& what) {
  auto target = "/v1/names/" + encoded(what.name);
  if (what.at)
    target += "?at=" + std::to_string(*what.at);
  if (target.size() > target_max)
    return;
  auto same = again<name_route>(target);
  HYPER_ASSERT(same.name == what.name && same.at == what.at);
}

void check(const names_route& what) {
  auto target = "/v1/names?limit=" + std::to_string(what.limit) +
                "&prefix=" + encoded(what.prefix);
  if (what.after)
    target += "&after=" + encoded(*what.after);
  if (target.size() > target_max)
    return;
  auto same = again<names_route>(target);
  HYPER_ASSERT(same.prefix == what.prefix && same.after == what.after &&
               same.limit == what.limit && what.limit <= limit_max);
}

void check(const history_route& what) {
  auto target = "/v1/names/" + encoded(what.name) +
                "/history?limit=" + std::to_string(what.limit);
  if (what.from)
    target += "&from=" + std::to_string(*what.from);
  if (what.newest)
    target += "&order=newest";
  if (target.size() > target_max)
    return;
  auto same = again<history_route>(target);
  HYPER_ASSERT(same.name == what.name && same.from == what.from &&
               same.limit == what.limit && same.newest == what.newest);
}

void check(const key_route& what) {
  HYPER_ASSERT(again<key_route>("/v1/keys/" + base::to_text(what.key)).key ==
               what.key);
}

void check(const events_route& what) {
  auto from = what.from ? "?from=" + std::to_string(*what.from) : "";
  HYPER_ASSERT(again<events_route>("/v1/events" + from).from == what.from);
}

void check(const no_route& what) {
  HYPER_ASSERT(what.status >= 400 && what.status < 500);
  HYPER_ASSERT(is_object(problem(what.status, what.code, what.message).body));
}

template <class Plain>
void check(const Plain&) {}

void check_guard(const std::string& text) {
  http_request what;
  auto cut = text.find('\n');
  what.method = "GET";
  what.host = text.substr(0, cut);
  if (cut != std::string::npos)
    what.authorization = what.origin = text.substr(cut + 1);
  what.upgrade = true;
  what.protocols = {what.origin, std::string{token_protocol} + what.origin};
  for (const auto* token : {"", "secret"}) {
    auto refused = refuse(what, {true, token});
    HYPER_ASSERT(!refused || refused->status == 401 || refused->status == 403);
    HYPER_ASSERT(!refused || is_object(refused->body));
  }
}

void check_tags(const std::string& text) {
  const std::string tag = "W/\"7\"";
  HYPER_ASSERT(!matches(text, ""));
  HYPER_ASSERT(matches(tag + "," + text, tag));
  if (matches(text, tag))
    HYPER_ASSERT(text.find("\"7\"") != std::string::npos ||
                 text.find('*') != std::string::npos);
}

void check_bodies(const std::string& text) {
  replies made{base::public_key{}};
  registry::record record;
  actors::name_found found;
  found.outcome = std::optional{record};
  HYPER_ASSERT(is_object(made.name(name_route{text, {}}, found).body));
  actors::names_listed listed;
  listed.outcome = std::vector{actors::name_entry{text, record}};
  HYPER_ASSERT(is_object(made.names(names_route{}, listed).body));
  registry::event event;
  event.name = text;
  HYPER_ASSERT(is_object(replies::event(event)));
  actors::history_told told;
  told.outcome = std::vector{event};
  for (bool newest : {false, true})
    HYPER_ASSERT(
        is_object(made.history(history_route{text, {}, 1, newest}, told).body));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  std::string text{reinterpret_cast<const char*>(data), size};
  std::visit([](const auto& what) { check(what); }, parse_target(text));
  check_guard(text);
  check_tags(text);
  check_bodies(text);
  return 0;
}
