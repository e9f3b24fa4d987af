#include "actors/repl/answers.hpp"

#include "actors/json_text.hpp"
#include "base/text.hpp"

#include <boost/json.hpp>

namespace hyper::actors {

namespace {

namespace json = boost::json;

std::string line(const json::object& what) {
  return json::serialize(what) + "\n";
}

json::object success(std::string_view command) {
  return {{"ok", true}, {"command", command}};
}

void add_freshness(json::object& out, const freshness& how_new) {
  out["length"] = how_new.length;
  out["current"] = how_new.current;
  if (how_new.age && !how_new.current)
    out["age_ms"] =
        std::chrono::duration_cast<base::milliseconds>(*how_new.age).count();
}

std::string age_text(base::duration age) {
  auto seconds = std::chrono::duration_cast<base::seconds>(age).count();
  if (seconds < 120)
    return std::to_string(seconds) + " s";
  if (seconds < 7200)
    return std::to_string(seconds / 60) + " min";
  return std::to_string(seconds / 3600) + " h";
}

std::string code_of(base::errc code) {
  switch (code) {
  case base::errc::timed_out:
  case base::errc::closed:
    return "unreachable";
  case base::errc::not_found:
    return "not_found";
  case base::errc::busy:
    return "busy";
  case base::errc::refused:
    return "refused";
  case base::errc::limit:
    return "limit";
  case base::errc::unauthorized:
    return "unauthorized";
  case base::errc::malformed:
    return "damaged";
  case base::errc::io:
    return "storage";
  }
  return "failed";
}

exit_code exit_of(base::errc code) {
  switch (code) {
  case base::errc::timed_out:
  case base::errc::closed:
    return exit_code::unreachable;
  case base::errc::io:
  case base::errc::malformed:
    return exit_code::usage;
  default:
    return exit_code::refused;
  }
}

std::string code_of(registry::verdict what) {
  switch (what) {
  case registry::verdict::taken:
    return "taken";
  case registry::verdict::not_found:
    return "not_found";
  case registry::verdict::unauthorized:
    return "unauthorized";
  case registry::verdict::invalid:
    return "invalid_name";
  case registry::verdict::accepted:
  case registry::verdict::idempotent:
    break;
  }
  return "refused";
}

json::object event_object(const registry::event& what) {
  auto out = success("change");
  out["action"] = action_text(what.what);
  out["name"] = json_text(what.name);
  out["length"] = what.seq + 1;
  if (what.owner)
    out["key"] = base::to_text(*what.owner);
  return out;
}

std::string event_line(const registry::event& what) {
  auto out = std::to_string(what.seq + 1) + ": " +
             std::string{action_text(what.what)} + " " +
             base::escape(what.name);
  if (what.owner)
    out += " -> " + base::to_text(*what.owner);
  return out + "\n";
}

json::array names_array(const std::vector<name_entry>& names) {
  json::array out;
  for (const auto& one : names)
    out.push_back(json::object{{"name", json_text(one.name)},
                               {"key", base::to_text(one.of.owner)}});
  return out;
}

} // namespace

output answers::registered(const std::string& name, bool already,
                           std::uint64_t length) const {
  if (json_) {
    auto out = success("register");
    out["name"] = json_text(name);
    out["already"] = already;
    out["length"] = length;
    return {line(out), "", exit_code::done};
  }
  auto head = already ? "Already registered by you: " : "Registered: ";
  return {head + base::escape(name) + "\n", "", exit_code::done};
}

output answers::deleted(const std::string& name, std::uint64_t length) const {
  if (json_) {
    auto out = success("delete");
    out["name"] = json_text(name);
    out["length"] = length;
    return {line(out), "", exit_code::done};
  }
  return {"Deleted: " + base::escape(name) + "\n", "", exit_code::done};
}

output answers::found(const std::string& name, const name_found& what) const {
  if (!what.outcome)
    return failed(what.outcome.failure());
  const auto& record = *what.outcome;
  if (!json_) {
    auto text = record
                    ? base::escape(name) + " -> " + base::to_text(record->owner)
                    : std::string{"Not found"};
    return {text + "\n", note_of(what.how_new),
            record ? exit_code::done : exit_code::refused};
  }
  if (!record) {
    json::object out{
        {"ok", false}, {"error", "Username not found"}, {"code", "not_found"}};
    add_freshness(out, what.how_new);
    return {line(out), "", exit_code::refused};
  }
  auto out = success("lookup");
  out["name"] = json_text(name);
  out["key"] = base::to_text(record->owner);
  add_freshness(out, what.how_new);
  return {line(out), "", exit_code::done};
}

output answers::listed(const names_listed& what) const {
  if (!what.outcome)
    return failed(what.outcome.failure());
  if (json_) {
    auto out = success("list");
    out["names"] = names_array(*what.outcome);
    add_freshness(out, what.how_new);
    return {line(out), "", exit_code::done};
  }
  output text;
  for (const auto& one : *what.outcome)
    text.out +=
        base::escape(one.name) + ": " + base::to_text(one.of.owner) + "\n";
  text.err = note_of(what.how_new);
  return text;
}

output answers::history(const std::string& name,
                        const history_told& what) const {
  if (!what.outcome)
    return failed(what.outcome.failure());
  if (what.outcome->empty())
    return error("Username not found", "not_found", exit_code::refused);
  output text;
  if (json_) {
    auto out = success("history");
    out["name"] = json_text(name);
    json::array changes;
    for (const auto& one : *what.outcome)
      changes.push_back(event_object(one));
    out["changes"] = std::move(changes);
    add_freshness(out, what.how_new);
    return {line(out), "", exit_code::done};
  }
  for (const auto& one : *what.outcome)
    text.out += event_line(one);
  text.err = note_of(what.how_new);
  return text;
}

output answers::change(const registry::event& what) const {
  return {json_ ? line(event_object(what)) : event_line(what), "",
          exit_code::done};
}

output answers::identity(const base::public_key& key,
                         const names_listed& owned) const {
  if (!owned.outcome)
    return failed(owned.outcome.failure());
  if (json_) {
    auto out = success("whoami");
    out["key"] = base::to_text(key);
    out["names"] = names_array(*owned.outcome);
    add_freshness(out, owned.how_new);
    return {line(out), "", exit_code::done};
  }
  output text{base::to_text(key) + "\n", note_of(owned.how_new),
              exit_code::done};
  for (const auto& one : *owned.outcome)
    text.out += base::escape(one.name) + "\n";
  return text;
}

output answers::status(const index_status& log, const swarm_status& peers,
                       const discovery_status& dht) const {
  if (json_) {
    auto out = success("status");
    add_freshness(out, log.how_new);
    out["names"] = log.names;
    out["bytes"] = log.bytes;
    out["peers"] = peers.connections;
    out["known_peers"] = peers.known;
    out["dht_nodes"] = dht.nodes;
    if (!log.problem.empty())
      out["problem"] = log.problem;
    return {line(out), "", exit_code::done};
  }
  auto age = log.how_new.current ? std::string{"current"}
             : log.how_new.age   ? age_text(*log.how_new.age) + " old"
                                 : std::string{"not yet compared"};
  output text;
  text.out = "length: " + std::to_string(log.how_new.length) + " (" + age +
             ")\nnames: " + std::to_string(log.names) +
             "\nbytes: " + std::to_string(log.bytes) +
             "\npeers: " + std::to_string(peers.connections) + " of " +
             std::to_string(peers.known) +
             " known\nDHT nodes: " + std::to_string(dht.nodes) + "\n";
  if (!log.problem.empty())
    text.err = "Warning: " + log.problem + "\n";
  return text;
}

output answers::help() const {
  return {help_text(), "", exit_code::done};
}

output answers::refused(const registry::decision& why) const {
  auto text = registry::response_text(why);
  constexpr std::string_view mark = "ERR:";
  if (text.substr(0, mark.size()) == mark)
    text.erase(0, mark.size());
  return error(text, code_of(why.what), exit_code::refused);
}

output answers::failed(const base::error& why) const {
  return error(why.message, code_of(why.code), exit_of(why.code));
}

output answers::usage(const std::string& problem) const {
  return error(problem, "usage", exit_code::usage);
}

output answers::error(const std::string& text, const std::string& code,
                      exit_code exit) const {
  if (json_)
    return {line({{"ok", false}, {"error", text}, {"code", code}}), "", exit};
  return {"", "Error: " + text + "\n", exit};
}

// A copy that nobody has compared with its peers says how old it is.
std::string answers::note_of(const freshness& how_new) const {
  if (how_new.current)
    return "";
  auto length = std::to_string(how_new.length);
  if (!how_new.age)
    return "(from the local copy at length " + length +
           "; no peer has been heard yet)\n";
  return "(from the local copy at length " + length + ", " +
         age_text(*how_new.age) + " old)\n";
}

} // namespace hyper::actors
