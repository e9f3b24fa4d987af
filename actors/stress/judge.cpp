#include "actors/stress/judge.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace hyper::actors::stress {

namespace {

// A call and the wait for its block have the timeout each; timers are late on a
// busy machine.
constexpr base::duration slack = base::seconds{2};

const char* text_of(verb what) {
  switch (what) {
  case verb::register_name:
    return "register ";
  case verb::delete_name:
    return "delete ";
  case verb::lookup:
    return "lookup ";
  case verb::list:
    return "list";
  }
  return "?";
}

std::string text_of(const answered& one) {
  return "client " + std::to_string(one.client) + ", " +
         text_of(one.what.what) + one.what.name;
}

/// A name's life: who has it from which block on; none: nobody.
struct turn {
  std::uint64_t seq = 0;
  std::optional<base::public_key> owner;
  std::optional<base::public_key> before;
};

class court {
public:
  court(const std::vector<registry::event>& log, base::duration timeout)
      : timeout_(timeout) {
    for (const auto& block : log)
      enter(block);
  }

  void hear(const answered& one) {
    if (one.how == end::left)
      return;
    if (one.ended - one.begun > 2 * timeout_ + slack)
      fail("L8", text_of(one) + " ended late");
    if (one.length)
      hear_length(one);
    bool changes = one.what.what == verb::register_name ||
                   one.what.what == verb::delete_name;
    if (changes && one.how == end::ok)
      hear_change(one);
    if (changes && one.how == end::already)
      hear_already(one);
    if (one.what.what == verb::lookup && one.length &&
        (one.how == end::ok || one.how == end::not_found))
      hear_lookup(one);
  }

  judgement result() && { return std::move(out_); }

private:
  void fail(const char* law, const std::string& why) {
    if (++out_.count <= violations_max)
      out_.violations.push_back(std::string{law} + ": " + why);
  }

  void enter(const registry::event& block) {
    auto& turns = names_[block.name];
    auto before = turns.empty() ? std::nullopt : turns.back().owner;
    bool put = block.what == registry::action::put;
    if (put && before && before != block.owner)
      fail("L1", "block " + std::to_string(block.seq) + " gives '" +
                     base::escape(block.name) +
                     "' to a second owner while the first one has it");
    turns.push_back({block.seq, put ? block.owner : std::nullopt, before});
  }

  void hear_length(const answered& one) {
    auto& seen = seen_[one.client];
    if (*one.length < seen)
      fail("L4", text_of(one) + " shows length " + std::to_string(*one.length) +
                     " after length " + std::to_string(seen));
    seen = std::max(seen, *one.length);
  }

  // Each acknowledged change has a block of its own: the first one that no
  // earlier answer has claimed.
  void hear_change(const answered& one) {
    bool put = one.what.what == verb::register_name;
    auto& used = claimed_[{one.key, one.what.name, put}];
    for (const auto& turn : turns_of(one.what.name)) {
      bool fits =
          put ? turn.owner == one.key : !turn.owner && turn.before == one.key;
      if (!fits || turn.seq < used)
        continue;
      used = turn.seq + 1;
      auto& seen = seen_[one.client];
      if (one.visible)
        seen = std::max(seen, used);
      return;
    }
    fail("L3", text_of(one) + " was acknowledged and is not in the log");
  }

  void hear_already(const answered& one) {
    for (const auto& turn : turns_of(one.what.name))
      if (turn.owner == one.key)
        return;
    fail("L3", text_of(one) + " was told that it has a name that it never had");
  }

  void hear_lookup(const answered& one) {
    std::optional<base::public_key> owner;
    for (const auto& turn : turns_of(one.what.name)) {
      if (turn.seq >= *one.length)
        break;
      owner = turn.owner;
    }
    if (owner != one.owner)
      fail("L4",
           text_of(one) + " is wrong at length " + std::to_string(*one.length));
  }

  const std::vector<turn>& turns_of(const std::string& name) const {
    static const std::vector<turn> none;
    auto found = names_.find(name);
    return found == names_.end() ? none : found->second;
  }

  base::duration timeout_;
  judgement out_;
  std::unordered_map<std::string, std::vector<turn>> names_;
  std::map<std::tuple<base::public_key, std::string, bool>, std::uint64_t>
      claimed_;
  std::unordered_map<std::uint32_t, std::uint64_t> seen_;
};

} // namespace

judgement judge(const std::vector<answered>& told,
                const std::vector<registry::event>& log,
                base::duration timeout) {
  court all{log, timeout};
  for (const auto& one : told)
    all.hear(one);
  return std::move(all).result();
}

} // namespace hyper::actors::stress
