#pragma once

#include "base/keys.hpp"
#include "store/registry/names.hpp"

#include <optional>
#include <string>
#include <string_view>

// Who may change what, and what is answered: docs/registry.md, "Decisions".

namespace hyper::registry {

enum class action : std::uint8_t { put, del };

/// What a caller wants. `caller` is the key that it proved in its handshake,
/// never one that it sent.
struct change {
  action what = action::put;
  std::string name;
  base::public_key caller{};
};

/// Who has the name now. An entry whose value is no key has no owner; it is
/// not given away.
struct holder {
  std::optional<base::public_key> owner;
};

enum class verdict : std::uint8_t {
  accepted,     ///< append a put or a deletion
  idempotent,   ///< the caller has the name already
  taken,        ///< somebody else has it
  not_found,    ///< nobody has it
  unauthorized, ///< somebody else has it, and may keep it
  invalid,      ///< the name is against the rules
};

struct decision {
  verdict what = verdict::accepted;
  std::string reason; ///< of invalid

  friend bool operator==(const decision&, const decision&) = default;
};

/// The rule. A name that is against the policy can't be registered, but its
/// owner may delete it: a log may be older than the policy.
decision decide(name_policy policy, const change& wish,
                const std::optional<holder>& now);

/// The text of the answer, the original's to the letter: what the client
/// shows begins behind "ERR:".
std::string response_text(const decision& made);

/// What a server's text means; none if it is none of ours.
std::optional<decision> parse_response(std::string_view text);

} // namespace hyper::registry
