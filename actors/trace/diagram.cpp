#include "actors/trace/diagram.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace hyper::actors::trace {

namespace {

// Facts for machines, which a picture has no room for.
bool is_shown(const std::pair<std::string, std::string>& fact) {
  return fact.first != "rpc" && fact.first != "caller" &&
         fact.first != "contiguous";
}

std::string facts_of(const told_message& one) {
  std::string out;
  for (const auto& fact : one.facts)
    if (is_shown(fact))
      out.append(" ").append(fact.first).append("=").append(fact.second);
  return out;
}

// Mermaid ends a statement at a semicolon, begins a comment with a hash sign,
// and is confused by brackets.
std::string for_mermaid(const std::string& text) {
  std::string out;
  for (char c : text) {
    switch (c) {
    case '#':
      out += "#35;";
      break;
    case ';':
      out += "#59;";
      break;
    case '<':
      out += "#lt;";
      break;
    case '>':
      out += "#gt;";
      break;
    default:
      out += c;
    }
  }
  return out;
}

std::string milliseconds(std::int64_t us) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%9.3f", static_cast<double>(us) / 1e3);
  return out.data();
}

} // namespace

std::string to_mermaid(const recording& from,
                       const std::vector<std::size_t>& story) {
  std::map<lane, std::string> short_names;
  std::string head = "sequenceDiagram\n";
  auto introduce = [&](const lane& who) {
    auto [found, fresh] = short_names.try_emplace(
        who, "p" + std::to_string(short_names.size() + 1));
    if (fresh)
      head += "  participant " + found->second + " as " +
              for_mermaid(from.name_of(who)) + "\n";
    return found->second;
  };
  std::string body;
  for (auto i : story) {
    const auto& one = from.messages()[i];
    auto sender = introduce(one.from);
    body += "  " + sender + (one.question != 0 ? "-->>" : "->>") +
            introduce(one.to) + ": " + one.type + for_mermaid(facts_of(one)) +
            "\n";
  }
  return head + body;
}

std::string to_plain_text(const recording& from,
                          const std::vector<std::size_t>& story) {
  if (story.empty())
    return {};
  const auto& all = from.messages();
  std::size_t width = 0;
  for (auto i : story)
    width = std::max({width, from.name_of(all[i].from).size(),
                      from.name_of(all[i].to).size()});
  auto padded = [width](std::string name) {
    name.resize(width, ' ');
    return name;
  };
  std::string out;
  auto start = all[story.front()].begun;
  for (auto i : story) {
    const auto& one = all[i];
    out += milliseconds(one.begun - start) + " ms  " +
           padded(from.name_of(one.from)) +
           (one.question != 0 ? " ~> " : " -> ") +
           padded(from.name_of(one.to)) + "  " + one.type + facts_of(one) +
           "  (#" + std::to_string(one.number) + ", waited " +
           std::to_string(one.begun - one.queued) + " us, took " +
           std::to_string(one.took) + " us)\n";
  }
  return out;
}

} // namespace hyper::actors::trace
