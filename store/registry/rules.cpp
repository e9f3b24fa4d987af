#include "store/registry/rules.hpp"

#include "base/assert.hpp"
#include "base/mutant.hpp"

namespace hyper::registry {

namespace {

constexpr std::string_view invalid_head = "ERR:Invalid username: ";

struct fixed_text {
  verdict what;
  std::string_view text;
};

constexpr fixed_text texts[] = {
    {verdict::accepted, "OK"},
    {verdict::idempotent, "IDEMPOTENT"},
    {verdict::taken, "ERR:Username already taken"},
    {verdict::not_found, "ERR:Username not found"},
    {verdict::unauthorized,
     "ERR:Unauthorized: only the owner can delete this username"},
};

decision decide_put(name_policy policy, const change& wish,
                    const std::optional<holder>& now) {
  if (auto reason = objection(policy, wish.name))
    return {verdict::invalid, *reason};
  if (!now)
    return {verdict::accepted, {}};
  if (base::mutant("taken_is_fine"))
    return {verdict::idempotent, {}};
  if (base::mutant("written_twice") && now->owner == wish.caller)
    return {verdict::accepted, {}};
  return {now->owner == wish.caller ? verdict::idempotent : verdict::taken, {}};
}

decision decide_del(const change& wish, const std::optional<holder>& now) {
  if (!now)
    return {verdict::not_found, {}};
  if (base::mutant("anybody_deletes"))
    return {verdict::accepted, {}};
  return {now->owner == wish.caller ? verdict::accepted : verdict::unauthorized,
          {}};
}

} // namespace

decision decide(name_policy policy, const change& wish,
                const std::optional<holder>& now) {
  return wish.what == action::put ? decide_put(policy, wish, now)
                                  : decide_del(wish, now);
}

std::string response_text(const decision& made) {
  if (made.what == verdict::invalid)
    return std::string{invalid_head} + made.reason;
  for (const auto& one : texts)
    if (one.what == made.what)
      return std::string{one.text};
  HYPER_ASSERT(false);
  return {};
}

std::optional<decision> parse_response(std::string_view text) {
  for (const auto& one : texts)
    if (one.text == text)
      return decision{one.what, {}};
  if (text.substr(0, invalid_head.size()) == invalid_head)
    return decision{verdict::invalid,
                    std::string{text.substr(invalid_head.size())}};
  return std::nullopt;
}

} // namespace hyper::registry
