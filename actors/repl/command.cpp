#include "actors/repl/command.hpp"

#include "base/codec.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace hyper::actors {

namespace {

enum class name_use { none, optional, required };

struct grammar {
  verb what;
  std::string_view word;
  name_use name;
  std::string_view usage;
  std::string_view meaning;
  std::string_view example;
};

constexpr std::array<grammar, 10> all_commands = {{
    {verb::register_name, "register", name_use::required, "register NAME",
     "claim a free name for your key", "register melvin"},
    {verb::lookup, "lookup", name_use::required, "lookup NAME [--at LENGTH]",
     "show whose name it is, now or at an earlier length", "lookup melvin"},
    {verb::list, "list", name_use::none,
     "list [--prefix P] [--limit N] [--reverse]", "show all names",
     "list --prefix me --limit 10"},
    {verb::delete_name, "delete", name_use::required, "delete NAME",
     "give up a name of yours", "delete melvin"},
    {verb::history, "history", name_use::required, "history NAME",
     "show every change of a name", "history melvin"},
    {verb::watch, "watch", name_use::optional, "watch [NAME]",
     "print changes as they come; Ctrl-C ends it", "watch melvin"},
    {verb::whoami, "whoami", name_use::none, "whoami",
     "show your public key and your names", "whoami"},
    {verb::status, "status", name_use::none, "status",
     "show length, age, peers and bytes", "status"},
    {verb::help, "help", name_use::optional, "help", "show this", "help"},
    {verb::exit, "exit", name_use::none, "exit", "leave", "exit"},
}};

const grammar* find_command(std::string_view word) {
  auto found = std::ranges::find(all_commands, word, &grammar::word);
  return found == all_commands.end() ? nullptr : &*found;
}

base::error usage_error(const std::string& problem) {
  return {base::errc::malformed, problem};
}

base::error usage_of(const grammar& form) {
  return usage_error("Usage: " + std::string{form.usage});
}

std::optional<std::uint64_t> read_number(const std::string& word) {
  std::uint64_t value = 0;
  auto last = word.data() + word.size();
  auto [end, code] = std::from_chars(word.data(), last, value);
  if (word.empty() || code != std::errc{} || end != last)
    return std::nullopt;
  return value;
}

// On the wire a name is text, so that another one would arrive.
bool changes_on_the_way(const command& what) {
  bool is_sent =
      what.what == verb::register_name || what.what == verb::delete_name;
  return is_sent && base::utf8_replace(base::as_bytes(what.name)) != what.name;
}

bool takes_option(verb what, std::string_view option) {
  if (what == verb::lookup)
    return option == "--at";
  return what == verb::list &&
         (option == "--prefix" || option == "--limit" || option == "--reverse");
}

// Reads the option at words[i] and moves i to its last word.
bool read_option(command& out, std::span<const std::string> words,
                 std::size_t& i) {
  const auto& option = words[i];
  if (option == "--reverse") {
    out.reverse = true;
    return true;
  }
  if (++i == words.size())
    return false;
  if (option == "--prefix") {
    out.prefix = words[i];
    return true;
  }
  auto& target = option == "--at" ? out.at : out.limit;
  target = read_number(words[i]);
  return target.has_value();
}

} // namespace

base::result<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  auto quoted = false;
  auto inside = false;
  for (auto c : line) {
    auto blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (c == '"') {
      quoted = !quoted;
    } else if (blank && !quoted) {
      inside = false;
      continue;
    }
    if (!inside)
      words.emplace_back();
    inside = true;
    if (c != '"')
      words.back() += c;
  }
  if (quoted)
    return usage_error("A quote is not closed");
  return words;
}

base::result<command> parse_command(std::span<const std::string> words) {
  if (words.empty())
    return usage_error("No command; try 'help'");
  const auto* form = find_command(words[0]);
  if (form == nullptr)
    return usage_error("Unknown command '" + words[0] + "'; try 'help'");
  command out;
  out.what = form->what;
  auto named = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (takes_option(form->what, words[i])) {
      if (!read_option(out, words, i))
        return usage_of(*form);
      continue;
    }
    if (form->name == name_use::none)
      return usage_of(*form);
    out.name += named ? " " + words[i] : words[i];
    named = true;
  }
  if (form->name == name_use::required && !named)
    return usage_of(*form);
  if (changes_on_the_way(out))
    return usage_error("The name is no UTF-8 text: " + base::escape(out.name));
  return out;
}

std::string help_text() {
  std::size_t widest = 0;
  for (const auto& form : all_commands)
    widest = std::max(widest, form.usage.size());
  std::string out = "Commands:\n";
  for (const auto& form : all_commands) {
    out += "  " + std::string{form.usage};
    out.append(widest - form.usage.size() + 2, ' ');
    out += std::string{form.meaning} + "\n";
    out.append(widest + 4, ' ');
    out += "example: " + std::string{form.example} + "\n";
  }
  return out;
}

std::vector<std::string> complete_verb(std::string_view head) {
  std::vector<std::string> out;
  for (const auto& form : all_commands)
    if (form.word.substr(0, head.size()) == head)
      out.emplace_back(form.word);
  return out;
}

} // namespace hyper::actors
