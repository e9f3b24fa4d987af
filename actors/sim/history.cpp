#include "actors/sim/history.hpp"

#include "net/rpc/reply_gate.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hyper::actors::sim {

namespace {

namespace json = boost::json;

// Two waits of ten seconds, and one for the first sync.
constexpr base::duration answer_time_max = base::seconds{31};

// With nothing in the way, an answer takes some round trips.
constexpr base::duration peace_time_max = base::seconds{2};

using owners = std::map<std::string, base::public_key>;

/// An answer, taken apart.
struct verdict {
  bool ok = false;
  std::string code; ///< of a failure
  std::string key;
  bool already = false;
  std::optional<std::uint64_t> length;
  std::optional<owners> names;
};

base::public_key key_of(const json::value& text) {
  auto key = base::parse_key(std::string{text.as_string().c_str()});
  return key ? *key : base::public_key{};
}

std::optional<verdict> parse(const std::string& answer) {
  boost::system::error_code bad;
  auto value = json::parse(answer, bad);
  const auto* object = bad ? nullptr : value.if_object();
  if (object == nullptr)
    return std::nullopt;
  verdict out;
  if (const auto* ok = object->if_contains("ok"))
    out.ok = ok->is_bool() && ok->as_bool();
  if (const auto* code = object->if_contains("code"))
    out.code = code->as_string().c_str();
  if (const auto* key = object->if_contains("key"))
    out.key = key->as_string().c_str();
  if (const auto* already = object->if_contains("already"))
    out.already = already->as_bool();
  if (const auto* length = object->if_contains("length"))
    out.length = length->to_number<std::uint64_t>();
  if (const auto* names = object->if_contains("names");
      names != nullptr && names->is_array()) {
    out.names.emplace();
    for (const auto& one : names->as_array())
      (*out.names)[one.at("name").as_string().c_str()] = key_of(one.at("key"));
  }
  return out;
}

std::pair<std::string, std::string> words_of(const std::string& line) {
  auto blank = line.find(' ');
  if (blank == std::string::npos)
    return {line, ""};
  return {line.substr(0, blank), line.substr(blank + 1)};
}

class checker {
public:
  explicit checker(const history& what) : what_(what) {
    states_.emplace_back();
    for (const auto& block : what_.log)
      apply(block);
  }

  std::vector<std::string> run() {
    for (const auto& block : what_.log)
      check_cause(block);
    std::map<std::uint32_t, std::uint64_t> seen;
    for (const auto& one : what_.lines)
      check_line(one, seen[one.client]);
    if (what_.calm)
      check_order_of_news();
    return std::move(broken_);
  }

private:
  void fail(const std::string& law, const std::string& why) {
    broken_.push_back(law + ": " + why);
  }

  static std::string text_of(const written& block) {
    return "block " + std::to_string(block.seq) + " (" +
           (block.put ? "register " : "delete ") + block.name + ")";
  }

  static std::string text_of(const told& one) {
    return "client " + std::to_string(one.client) + ", '" + one.line +
           "', was told " + one.answer;
  }

  // The model: who has what after each block, and that the block was allowed.
  void apply(const written& block) {
    auto now = states_.back();
    auto held = now.find(block.name);
    if (block.put && held != now.end())
      fail("L1", text_of(block) + " gives away a name that somebody has");
    if (block.put && !block.owner)
      fail("L7", text_of(block) + " has no owner");
    if (!block.put && held == now.end())
      fail("L1", text_of(block) + " deletes what is not there");
    if (block.put && block.owner)
      now[block.name] = *block.owner;
    if (!block.put)
      now.erase(block.name);
    states_.push_back(std::move(now));
  }

  // Somebody with that key must have asked for it before.
  void check_cause(const written& block) {
    auto position = static_cast<std::size_t>(&block - what_.log.data());
    auto key = block.owner;
    if (!block.put) {
      auto held = states_[position].find(block.name);
      if (held == states_[position].end())
        return;
      key = held->second;
    }
    auto asked = std::ranges::any_of(what_.lines, [&](const told& one) {
      auto [verb, name] = words_of(one.line);
      return verb == (block.put ? "register" : "delete") &&
             name == block.name && key && one.key == *key &&
             one.begun <= block.when;
    });
    if (!asked)
      fail("L7", text_of(block) + ": nobody with that key has asked for it");
  }

  // How many blocks were durable at that moment.
  std::size_t blocks_at(stamp when) const {
    auto end = std::ranges::upper_bound(what_.log, when, {}, &written::when);
    return static_cast<std::size_t>(end - what_.log.begin());
  }

  // How many changes a log of that length has.
  std::size_t blocks_below(std::uint64_t length) const {
    auto end = std::ranges::lower_bound(what_.log, length, {}, &written::seq);
    return static_cast<std::size_t>(end - what_.log.begin());
  }

  void check_line(const told& one, std::uint64_t& seen) {
    if (one.crashed)
      return;
    if (!one.ended)
      return fail("L2", "client " + std::to_string(one.client) + ", '" +
                            one.line + "', was never answered");
    if (one.ended_at - one.begun_at > answer_time_max)
      fail("L8",
           text_of(one) + " after " +
               std::to_string((one.ended_at - one.begun_at).count() / 1000) +
               " ms");
    auto answer = parse(one.answer);
    if (!answer)
      return fail("L2", text_of(one));
    // With nothing in the way, a wait that times out is one for nothing.
    if (what_.calm && !one.server_was_gone && answer->code == "unreachable")
      fail("L2", text_of(one));
    if (one.at_peace && !answer->ok)
      fail("L2", text_of(one) + " with nothing in the way");
    if (one.at_peace && one.ended_at - one.begun_at > peace_time_max)
      fail("L2", text_of(one) + " late, with nothing in the way");
    auto [verb, name] = words_of(one.line);
    if (verb == "register" || verb == "delete")
      check_change(one, *answer, verb == "register", name);
    else
      check_read(one, *answer, verb, name, seen);
    if (!answer->length)
      return;
    if (*answer->length < seen)
      fail("L4", text_of(one) + " after length " + std::to_string(seen));
    seen = std::max(seen, *answer->length);
  }

  // -- changes

  void check_change(const told& one, const verdict& answer, bool put,
                    const std::string& name) {
    auto first = blocks_at(one.begun);
    auto last = blocks_at(*one.ended);
    auto right = false;
    if (answer.ok && !answer.already)
      right = has_block(one, put, name, first, last, answer.length);
    else if (answer.ok || is_definite(answer.code))
      right = was_so(first, last, name, [&](const base::public_key* owner) {
        return allows(one, answer, owner);
      });
    else
      right = true; // no answer: it may have happened or not
    if (!right)
      fail(answer.ok ? "L3" : "L1",
           text_of(one) + ", which was never so meanwhile");
  }

  static bool is_definite(const std::string& code) {
    return code == "taken" || code == "not_found" || code == "unauthorized";
  }

  static bool allows(const told& one, const verdict& answer,
                     const base::public_key* owner) {
    if (answer.ok)
      return owner != nullptr && *owner == one.key;
    if (answer.code == "not_found")
      return owner == nullptr;
    return owner != nullptr && *owner != one.key;
  }

  bool has_block(const told& one, bool put, const std::string& name,
                 std::size_t first, std::size_t last,
                 std::optional<std::uint64_t> shown) const {
    for (auto i = first; i < last; ++i) {
      const auto& block = what_.log[i];
      if (block.put != put || block.name != name)
        continue;
      if (put ? block.owner == one.key
              : states_[i].contains(name) && states_[i].at(name) == one.key)
        return !shown || *shown > block.seq;
    }
    return false;
  }

  template <class Predicate>
  bool was_so(std::size_t first, std::size_t last, const std::string& name,
              Predicate fits) const {
    for (auto i = first; i <= last; ++i) {
      auto held = states_[i].find(name);
      if (fits(held == states_[i].end() ? nullptr : &held->second))
        return true;
    }
    return false;
  }

  // -- reads

  void check_read(const told& one, const verdict& answer,
                  const std::string& verb, const std::string& name,
                  std::uint64_t) {
    auto nothing_here = !answer.ok && answer.code != "not_found";
    if (nothing_here) {
      if (one.server_was_gone)
        fail("L5", text_of(one));
      return;
    }
    if (!answer.length)
      return;
    auto blocks = blocks_below(*answer.length);
    if (blocks > blocks_at(*one.ended))
      return fail("L6", text_of(one) + ", longer than the log");
    const auto& state = states_[blocks];
    auto held = state.find(name);
    if (verb == "lookup" && !answer.ok && held != state.end())
      fail("L4", text_of(one) + ", but somebody has it at that length");
    if (verb == "lookup" && answer.ok &&
        (held == state.end() || base::to_text(held->second) != answer.key))
      fail("L4", text_of(one) + ", which is wrong at that length");
    if (verb == "list" && answer.names && *answer.names != state)
      fail("L4", text_of(one) + ", which is wrong at that length");
  }

  // -- reply first, announce after

  // A client that waits for its answer must not hear of its block before.
  void check_order_of_news() {
    for (const auto& one : what_.lines) {
      auto answer = one.ended ? parse(one.answer) : std::nullopt;
      auto [verb, name] = words_of(one.line);
      if (!answer || !answer->ok || answer->already ||
          (verb != "register" && verb != "delete"))
        continue;
      check_order(one, verb == "register", name);
    }
  }

  // A liar's lengths are no news.
  bool is_true(const heard& news) const {
    auto blocks = blocks_at(news.when);
    return blocks > 0 && news.length <= what_.log[blocks - 1].seq + 1;
  }

  void check_order(const told& one, bool put, const std::string& name) {
    auto block = std::ranges::find_if(what_.log, [&](const written& x) {
      return x.put == put && x.name == name && x.when >= one.begun &&
             x.when <= *one.ended && (!put || x.owner == one.key);
    });
    auto reply = std::ranges::find_if(what_.answers, [&](const returned& x) {
      return x.client == one.client && x.when >= one.begun &&
             x.when <= *one.ended;
    });
    if (block == what_.log.end() || reply == what_.answers.end())
      return;
    auto durable_at =
        what_.log_times[static_cast<std::size_t>(block - what_.log.begin())];
    for (const auto& news : what_.news)
      if (news.client == one.client && news.length > block->seq &&
          is_true(news) && news.when > block->when && news.when < reply->when &&
          news.at - durable_at < rpc::reply_gate::bound_default)
        return fail("L9", text_of(one) + " only after it had heard of length " +
                              std::to_string(news.length));
  }

  const history& what_;
  std::vector<owners> states_; ///< after so many blocks
  std::vector<std::string> broken_;
};

} // namespace

std::vector<std::string> check(const history& what) {
  auto out = what.problems;
  auto broken = checker{what}.run();
  out.insert(out.end(), broken.begin(), broken.end());
  return out;
}

} // namespace hyper::actors::sim
