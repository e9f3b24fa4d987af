#include "actors/gateway/replies.hpp"

#include "actors/json_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <chrono>

namespace hyper::actors::gateway {

namespace {

namespace json = boost::json;

http_reply reply(unsigned status, const json::object& body) {
  http_reply out;
  out.status = status;
  out.body = json::serialize(body) + "\n";
  return out;
}

void add_state(json::object& out, const freshness& how_new,
               const base::public_key& log) {
  out["length"] = how_new.length;
  out["current"] = how_new.current;
  if (how_new.age)
    out["age_ms"] =
        std::chrono::duration_cast<base::milliseconds>(*how_new.age).count();
  else
    out["age_ms"] = nullptr;
  out["log"] = base::to_text(log);
}

http_reply found(json::object body, const freshness& how_new,
                 const base::public_key& log) {
  add_state(body, how_new, log);
  auto out = reply(200, body);
  out.etag = "W/\"" + std::to_string(how_new.length) + "\"";
  return out;
}

http_reply missing(const std::string& message, const freshness& how_new,
                   const base::public_key& log) {
  json::object body{{"error", "not_found"}, {"message", message}};
  add_state(body, how_new, log);
  return reply(404, body);
}

// The store's fault, not the asker's.
http_reply failed(const base::error& why) {
  return problem(500, "storage", why.message);
}

json::object entry(const name_entry& one) {
  return {{"name", json_text(one.name)}, {"key", base::to_text(one.of.owner)}};
}

json::object change(const registry::event& one) {
  json::object out{{"length", one.seq + 1}, {"action", action_text(one.what)}};
  if (one.owner)
    out["key"] = base::to_text(*one.owner);
  return out;
}

} // namespace

std::string kinds_json(const std::vector<metrics::kind_count>& what) {
  json::array out;
  for (const auto& one : what)
    if (one.living > 0)
      out.push_back(json::object{
          {"kind", json::string_view{one.kind.data(), one.kind.size()}},
          {"count", one.living},
          {"depth", one.waiting}});
  return json::serialize(out);
}

http_reply problem(unsigned status, const std::string& code,
                   const std::string& message) {
  return reply(status, {{"error", code}, {"message", json_text(message)}});
}

http_reply replies::name(const name_route& asked,
                         const name_found& what) const {
  if (!what.outcome) {
    const auto& why = what.outcome.failure();
    return why.code == base::errc::not_found
               ? missing(why.message, what.how_new, log_)
               : failed(why);
  }
  const auto& record = *what.outcome;
  if (!record)
    return missing("nobody has this name", what.how_new, log_);
  json::object body{{"name", json_text(asked.name)},
                    {"key", base::to_text(record->owner)},
                    {"since", record->seq + 1}};
  if (asked.at)
    body["at"] = *asked.at;
  return found(std::move(body), what.how_new, log_);
}

http_reply replies::names(const names_route& asked,
                          const names_listed& what) const {
  if (!what.outcome)
    return failed(what.outcome.failure());
  json::array names;
  for (const auto& one : *what.outcome)
    if (names.size() < asked.limit)
      names.push_back(entry(one));
  bool more = what.outcome->size() > asked.limit;
  return found({{"names", std::move(names)}, {"more", more}}, what.how_new,
               log_);
}

http_reply replies::history(const history_route& asked,
                            const history_told& what) const {
  if (!what.outcome)
    return failed(what.outcome.failure());
  if (!what.known)
    return missing("this name was never registered", what.how_new, log_);
  json::array changes;
  for (const auto& one : *what.outcome)
    if (changes.size() < asked.limit)
      changes.push_back(change(one));
  bool more = what.outcome->size() > asked.limit;
  return found({{"name", json_text(asked.name)},
                {"changes", std::move(changes)},
                {"more", more}},
               what.how_new, log_);
}

http_reply replies::key(const key_route& asked,
                        const names_listed& what) const {
  if (!what.outcome)
    return failed(what.outcome.failure());
  json::array names;
  for (const auto& one : *what.outcome)
    if (names.size() < asked.limit)
      names.push_back(json::object{{"name", json_text(one.name)},
                                   {"since", one.of.seq + 1}});
  bool more = what.outcome->size() > asked.limit;
  return found({{"key", base::to_text(asked.key)},
                {"names", std::move(names)},
                {"more", more}},
               what.how_new, log_);
}

http_reply replies::status(const index_status& what) const {
  json::object body{{"names", what.names},
                    {"bytes", what.bytes},
                    {"peers", what.peers},
                    {"claimed", what.claimed}};
  if (!what.problem.empty())
    body["problem"] = json_text(what.problem);
  return found(std::move(body), what.how_new, log_);
}

std::string replies::event(const registry::event& what) {
  auto out = change(what);
  out["name"] = json_text(what.name);
  return json::serialize(out);
}

bool matches(std::string_view if_none_match, std::string_view etag) {
  // The tag in quotes; whether it is weak makes no difference here.
  auto opaque = [](std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
  };
  constexpr std::string_view between = " \t,";
  auto next = [&] {
    auto first = if_none_match.find_first_not_of(between);
    if_none_match.remove_prefix(std::min(first, if_none_match.size()));
    return !if_none_match.empty();
  };
  if (etag.empty() || !next())
    return false;
  if (if_none_match == "*")
    return true;
  do {
    auto rest = opaque(if_none_match);
    auto end = rest.starts_with('"') ? rest.find('"', 1) : rest.npos;
    if (end == rest.npos ||
        between.find(rest.substr(end + 1, 1)) == between.npos)
      return false;
    if (rest.substr(0, end + 1) == opaque(etag))
      return true;
    if_none_match = rest.substr(end + 1);
  } while (next());
  return false;
}

} // namespace hyper::actors::gateway
