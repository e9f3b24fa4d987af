#pragma once

#include "base/entropy.hpp"
#include "base/time.hpp"
#include "net/dht/message.hpp"

#include <optional>

// Tokens prove that a sender receives datagrams at its host: a keyed hash of
// the host's text under a secret that is renewed all the time. docs/dht.md.

namespace hyper::dht {

/// How long tokens are issued under one secret: the original rotates every
/// tenth of its ticks of 750 ms. A token lives once to twice as long.
inline constexpr base::duration token_period = base::milliseconds{7500};

struct token_secrets {
  base::fixed_bytes<32> previous{};
  base::fixed_bytes<32> current{};

  friend bool operator==(const token_secrets&, const token_secrets&) = default;
};

/// The token of `host` under that secret. The port is not part of it.
write_token make_token(const base::fixed_bytes<32>& secret,
                       const base::fixed_bytes<4>& host);

/// What follows: the old current secret is still accepted.
token_secrets rotate(const token_secrets& secrets);

class tokens {
public:
  tokens(const token_secrets& secrets, base::instant now)
      : secrets_(secrets), now_(now) {}

  /// Rotates if a period has passed. The first period begins with the first
  /// token.
  void advance(base::instant now);

  write_token issue(const base::fixed_bytes<4>& host);
  bool accepts(const base::fixed_bytes<4>& host, const write_token& what) const;

  const token_secrets& secrets() const { return secrets_; }

private:
  token_secrets secrets_;
  base::instant now_;
  std::optional<base::instant> next_rotation_;
};

} // namespace hyper::dht
