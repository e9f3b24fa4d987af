#pragma once

#include "base/hash.hpp"
#include "base/wipe.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace hyper::noise {

/// What both sides of a handshake compute in step: a hash of everything said
/// so far and a key that depends on every shared secret so far. The names are
/// those of the Noise specification, revision 34, section 5.2.
class symmetric_state {
public:
  /// Requires a name of at most 64 bytes.
  explicit symmetric_state(std::string_view protocol_name);

  void mix_hash(base::bytes_view data);
  void mix_key(const base::fixed_bytes<32>& shared);

  /// The text itself as long as there is no key; overhead() longer otherwise.
  base::bytes encrypt_and_hash(base::bytes_view plain);

  /// None if the text does not decrypt.
  std::optional<base::bytes> decrypt_and_hash(base::bytes_view text);

  /// The initiator's and the responder's sending key. Wipes all but hash().
  std::pair<base::secret<32>, base::secret<32>> split();

  /// Overwrites the keys.
  void wipe();

  /// Bytes that encryption adds now.
  std::size_t overhead() const;

  const base::hash64& hash() const { return hash_; }
  const base::fixed_bytes<64>& chaining_key() const { return chaining_key_; }
  const std::optional<base::secret<32>>& key() const { return key_; }
  std::uint64_t nonce() const { return nonce_; }

private:
  base::hash64 hash_{};
  base::secret<64> chaining_key_;
  std::optional<base::secret<32>> key_;
  std::uint64_t nonce_ = 0; ///< of the next encryption under key_
};

} // namespace hyper::noise
