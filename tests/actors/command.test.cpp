#define CAF_SUITE actors_command

#include "actors/repl/command.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper::actors;

namespace {

hyper::base::result<command> parse(std::string_view line) {
  auto words = split_words(line);
  if (!words)
    return words.failure();
  return parse_command(*words);
}

std::string problem_of(std::string_view line) {
  auto outcome = parse(line);
  return outcome ? "" : outcome.failure().message;
}

std::string name_of(std::string_view line) {
  auto outcome = parse(line);
  return outcome ? outcome->name : "no command";
}

} // namespace

CAF_TEST(a name keeps its blanks so that the registry can refuse it) {
  CAF_CHECK_EQUAL(name_of("register  two words "), "two words");
  CAF_CHECK_EQUAL(name_of("register \"two  words\""), "two  words");
  CAF_CHECK_EQUAL(name_of("register \"\""), "");
}

CAF_TEST(options stand anywhere) {
  auto list = parse("list --limit 3 --reverse --prefix al");
  CAF_REQUIRE(list.ok());
  CAF_CHECK_EQUAL(*list->limit, 3u);
  CAF_CHECK(list->reverse);
  CAF_CHECK_EQUAL(list->prefix, "al");
  auto lookup = parse("lookup --at 7 alice");
  CAF_REQUIRE(lookup.ok());
  CAF_CHECK_EQUAL(lookup->name, "alice");
  CAF_CHECK_EQUAL(*lookup->at, 7u);
}

CAF_TEST(wrong usage says what is right) {
  CAF_CHECK_EQUAL(problem_of("register"), "Usage: register NAME");
  CAF_CHECK(!parse("list --limit many").ok());
  CAF_CHECK(!parse("list --limit").ok());
  CAF_CHECK(!parse("status now").ok());
  CAF_CHECK(!parse("lookup \"open").ok());
  CAF_CHECK_EQUAL(problem_of("regster a"),
                  "Unknown command 'regster'; try 'help'");
  CAF_CHECK_EQUAL(problem_of("register b\xe4r"),
                  "The name is no UTF-8 text: b\\xe4r");
  CAF_CHECK(!parse("delete b\xe4r").ok());
  CAF_CHECK(parse("lookup b\xe4r").ok());
}

CAF_TEST(every command is in the help and completes) {
  CAF_CHECK_EQUAL(complete_verb("").size(), 10u);
  for (const auto& word : complete_verb(""))
    CAF_CHECK(help_text().find("\n  " + word) != std::string::npos);
  CAF_CHECK_EQUAL(complete_verb("h").size(), 2u);
}
