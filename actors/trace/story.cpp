#include "actors/trace/story.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>

namespace hyper::actors::trace {

namespace {

using process_number = std::pair<std::uint64_t, std::uint64_t>;

// Numbers count per recording, and its processes share them.
constexpr std::uint64_t file_of(const lane& who) {
  return who.process >> 32U;
}

// Timers go on for ever, and the end of a program is another story.
bool is_followed(const told_message& one) {
  return one.type != "tick" && one.type != "shut_down";
}

/// Which messages a message leads to.
class links {
public:
  explicit links(const recording& from) : all_(from.messages()) {
    for (std::size_t i = 0; i < all_.size(); ++i)
      index(i);
  }

  const told_message& at(std::size_t i) const { return all_[i]; }

  std::optional<std::size_t> find(process_number which) const {
    auto found = numbers_.find(which);
    return found == numbers_.end() ? std::nullopt
                                   : std::optional{found->second};
  }

  /// Calls `visit` with each message that `i` has led to.
  template <class Visit>
  void follow(std::size_t i, Visit visit) const {
    const auto& one = all_[i];
    process_number self{file_of(one.to), one.number};
    each(sent_, self, visit);
    each(answers_, self, visit);
    if (const auto& tag = one.fact("rpc"); !tag.empty())
      each(calls_, tag, visit);
    if (one.type == "rpc_call" || one.type == "rpc_answer")
      each(returns_, return_key{one.to, one.from, one.fact("call")}, visit);
    if (one.type == "log_grown")
      follow_length(one, visit);
  }

private:
  using return_key = std::tuple<lane, lane, std::string>;

  void index(std::size_t i) {
    const auto& one = all_[i];
    auto file = file_of(one.to);
    numbers_.emplace(process_number{file, one.number}, i);
    if (one.cause != 0 && is_followed(one))
      sent_.emplace(process_number{file, one.cause}, i);
    if (one.question != 0)
      answers_.emplace(process_number{file, one.question}, i);
    if (const auto& tag = one.fact("rpc"); !tag.empty())
      calls_.emplace(tag, i);
    if (one.type == "rpc_returned" || one.type == "rpc_delivered")
      returns_.emplace(return_key{one.from, one.to, one.fact("call")}, i);
    if (one.type == "replication_news")
      news_.push_back(i);
  }

  template <class Map, class Key, class Visit>
  static void each(const Map& in, const Key& key, Visit visit) {
    auto [begin, end] = in.equal_range(key);
    for (; begin != end; ++begin)
      visit(begin->second);
  }

  // The copies hear of the length, and then get its last block.
  template <class Visit>
  void follow_length(const told_message& grown, Visit visit) const {
    const auto& length = grown.fact("length");
    if (length.empty() || length == "0" || length.size() > 18)
      return;
    auto block = std::to_string(std::stoull(length) - 1);
    for (auto i : news_) {
      const auto& news = all_[i];
      auto matches = std::ranges::any_of(news.facts, [&](const auto& fact) {
        return (fact.first == "length" && fact.second == length) ||
               (fact.first == "block" && fact.second == block);
      });
      if (news.begun >= grown.begun && matches)
        visit(i);
    }
  }

  const std::vector<told_message>& all_;
  std::map<process_number, std::size_t> numbers_;
  std::multimap<process_number, std::size_t> sent_;
  std::multimap<process_number, std::size_t> answers_;
  std::multimap<std::string, std::size_t> calls_;
  std::multimap<return_key, std::size_t> returns_;
  std::vector<std::size_t> news_;
};

bool is_request(const told_message& one) {
  return one.type == "typed_line" || one.type == "run_once" ||
         one.type == "call_server" || one.type == "rpc_request";
}

std::optional<std::size_t> first_of(const recording& from,
                                    const beginning& at) {
  const auto& all = from.messages();
  auto found = std::ranges::find_if(all, [&](const told_message& one) {
    return at.number ? one.number == *at.number
                     : at.name && one.fact("name") == *at.name;
  });
  if (found == all.end())
    return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

} // namespace

std::vector<std::size_t> story_of(const recording& from, const beginning& at) {
  auto first = first_of(from, at);
  if (!first)
    return {};
  links all{from};
  std::set<std::size_t> story;
  std::deque<std::size_t> open;
  auto visit = [&](std::size_t i) {
    if (story.insert(i).second)
      open.push_back(i);
  };
  visit(*first);
  while (!open.empty()) {
    auto i = open.front();
    open.pop_front();
    all.follow(i, visit);
  }
  // What led to the beginning, without its other effects.
  for (auto i = *first; all.at(i).cause != 0 && is_followed(all.at(i));) {
    auto before = all.find({file_of(all.at(i).to), all.at(i).cause});
    if (!before || !story.insert(*before).second)
      break;
    i = *before;
  }
  return {story.begin(), story.end()};
}

std::vector<std::size_t> requests_of(const recording& from) {
  std::vector<std::size_t> out;
  const auto& all = from.messages();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (is_request(all[i]))
      out.push_back(i);
  return out;
}

} // namespace hyper::actors::trace
