#include "net/dht/tokens.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace hyper::dht {

write_token make_token(const base::fixed_bytes<32>& secret,
                       const base::fixed_bytes<4>& host) {
  auto text = base::host_text(host);
  return base::keyed_blake2b(secret, {base::as_bytes(text)});
}

token_secrets rotate(const token_secrets& secrets) {
  return {secrets.current, base::blake2b(secrets.previous)};
}

void tokens::advance(base::instant now) {
  now_ = now;
  if (!next_rotation_ || now < *next_rotation_)
    return;
  // Two rotations renew both secrets: after a long pause no more are needed.
  auto missed = 1 + (now - *next_rotation_) / token_period;
  for (auto turns = std::min<decltype(missed)>(missed, 2); turns > 0; --turns)
    secrets_ = rotate(secrets_);
  *next_rotation_ += missed * token_period;
  HYPER_ASSERT(*next_rotation_ > now);
}

write_token tokens::issue(const base::fixed_bytes<4>& host) {
  if (!next_rotation_)
    next_rotation_ = now_ + token_period;
  return make_token(secrets_.current, host);
}

bool tokens::accepts(const base::fixed_bytes<4>& host,
                     const write_token& what) const {
  return what == make_token(secrets_.current, host) ||
         what == make_token(secrets_.previous, host);
}

} // namespace hyper::dht
