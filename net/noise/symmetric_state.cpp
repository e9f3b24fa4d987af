#include "net/noise/symmetric_state.hpp"

#include "base/aead.hpp"
#include "base/assert.hpp"
#include "net/noise/hkdf.hpp"

#include <algorithm>

namespace hyper::noise {

symmetric_state::symmetric_state(std::string_view protocol_name) {
  HYPER_ASSERT(protocol_name.size() <= hash_.size());
  std::ranges::copy(base::as_bytes(protocol_name), hash_.begin());
  chaining_key_ = hash_;
}

void symmetric_state::mix_hash(base::bytes_view data) {
  hash_ = base::blake2b_64({hash_, data});
}

void symmetric_state::mix_key(const base::fixed_bytes<32>& shared) {
  auto [next, key] = hkdf(chaining_key_, shared);
  chaining_key_ = next;
  key_ = base::take<32>(key);
  nonce_ = 0;
}

base::bytes symmetric_state::encrypt_and_hash(base::bytes_view plain) {
  auto text = key_ ? base::aead_seal(*key_, nonce_++, hash_, plain)
                   : base::to_bytes(plain);
  mix_hash(text);
  return text;
}

std::optional<base::bytes>
symmetric_state::decrypt_and_hash(base::bytes_view text) {
  auto plain = key_ ? base::aead_open(*key_, nonce_++, hash_, text)
                    : base::to_bytes(text);
  mix_hash(text);
  return plain;
}

std::pair<base::secret<32>, base::secret<32>> symmetric_state::split() {
  HYPER_ASSERT(key_.has_value());
  auto [first, second] = hkdf(chaining_key_, {});
  wipe();
  return {base::take<32>(first), base::take<32>(second)};
}

void symmetric_state::wipe() {
  base::wipe(chaining_key_);
  key_.reset();
  nonce_ = 0;
}

std::size_t symmetric_state::overhead() const {
  return key_ ? base::aead_overhead : 0;
}

} // namespace hyper::noise
