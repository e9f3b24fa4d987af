#include "actors/trace/filter.hpp"

#include <algorithm>
#include <array>

namespace hyper::actors::trace {

namespace {

constexpr std::array<std::string_view, 17> actor_names = {
    "caller",  "discovery", "disk",       "dispatcher", "feed",    "gateway",
    "greeter", "index",     "log_writer", "network",    "outside", "peer",
    "repl",    "replica",   "session",    "supervisor", "swarm"};

constexpr std::array<std::string_view, 4> builtin_types = {"down_msg", "error",
                                                           "exit_msg", "unit"};

// Of what a name has caused, so much is remembered.
constexpr std::size_t followed_max = 65536;

constexpr std::string_view name_word = "name=";

bool is_known(std::string_view word) {
  auto types = described_types();
  return std::ranges::find(actor_names, word) != actor_names.end() ||
         std::ranges::find(builtin_types, word) != builtin_types.end() ||
         std::ranges::find(types, word) != types.end();
}

} // namespace

base::result<filter> filter::parse(std::string_view text) {
  filter out;
  while (!text.empty()) {
    auto end = std::min(text.find(','), text.size());
    auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.starts_with(name_word) && word.size() > name_word.size())
      out.names_.emplace(word.substr(name_word.size()));
    else if (is_known(word))
      out.words_.emplace(word);
    else
      return base::error{base::errc::malformed,
                         "'" + std::string{word} +
                             "' is neither an actor (such as peer or "
                             "log_writer), nor a message (such as "
                             "change_name), nor name=NAME"};
  }
  return out;
}

bool filter::is_about_name(const record& one) const {
  if (one.question != 0 && followed_.contains(one.question))
    return true;
  // Timers go on and on; they are nobody's doing.
  if (one.cause != 0 && one.what.type != "tick" &&
      followed_.contains(one.cause))
    return true;
  return std::ranges::any_of(one.what.fields, [this](const field& fact) {
    return fact.key == "name" && names_.contains(to_text(fact));
  });
}

bool filter::passes(const record& one) {
  auto about = names_.empty() || is_about_name(one);
  if (about && !names_.empty()) {
    if (followed_.size() >= followed_max)
      followed_.erase(followed_.begin());
    followed_.insert(one.number);
  }
  return about &&
         (words_.empty() || words_.contains(one.to.name) ||
          words_.contains(one.from.name) || words_.contains(one.what.type));
}

} // namespace hyper::actors::trace
