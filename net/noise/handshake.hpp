#pragma once

#include "base/dh.hpp"
#include "base/entropy.hpp"
#include "base/hash.hpp"
#include "base/keys.hpp"
#include "base/result.hpp"
#include "net/noise/pattern.hpp"
#include "net/noise/symmetric_state.hpp"

#include <optional>

// The Noise handshakes XX and IK over Ed25519 points, ChaCha20-Poly1305 and
// BLAKE2b. Messages, examples and failures: docs/noise.md.

namespace hyper::noise {

/// Longest message, and longest ciphertext in it.
inline constexpr std::size_t message_max = 65535;

/// A key pair with its scalar worked out once instead of in every handshake.
struct static_key {
  base::key_pair pair;
  base::secret<32> scalar;
};

static_key make_static(const base::key_pair& pair);

/// What a finished handshake leaves behind. `handshake_hash` is the same on
/// both sides and no secret: it binds, it does not hide.
struct session {
  base::secret<32> tx; ///< key of what we send
  base::secret<32> rx; ///< key of what we receive
  base::hash64 handshake_hash{};
  base::public_key local{};
  base::public_key remote{};
  bool is_initiator = false;
};

/// One side of one handshake. The initiator writes first, then both sides take
/// turns until finished(). A copy is an independent handshake at the same
/// point. After the first failure the object is spent: every later call fails.
/// Secrets are wiped when they are no longer needed.
class handshake {
public:
  /// Requires `remote` for the initiator of IK; it is ignored otherwise.
  handshake(pattern which, role side, const static_key& local,
            base::bytes_view prologue,
            std::optional<base::public_key> remote = std::nullopt);

  /// Our next message. Draws the 32 byte seed of the ephemeral key if the
  /// message has one. Requires our turn. Fails with `unauthorized` if a key
  /// of the remote is no sound point, with `limit` if the payload is too long.
  base::result<base::bytes> write(base::entropy& chance,
                                  base::bytes_view payload);

  /// Takes the remote's next message and gives its payload. Fails with
  /// `malformed` if it is too short, too long or not expected now, with
  /// `unauthorized` if it does not decrypt or a key is no sound point.
  base::result<base::bytes> read(base::bytes_view message);

  bool finished() const { return state_ == state::finished; }
  bool failed() const { return state_ == state::failed; }

  /// Whether write() is what comes next.
  bool our_turn() const;

  /// Requires finished().
  const session& outcome() const;

  /// The remote's static key, as soon as it is known. Proven only by what
  /// follows: see docs/secret-stream.md about replays.
  std::optional<base::public_key> remote_key() const { return remote_; }

  /// The hash and, until finished(), the keys of the steps so far.
  const symmetric_state& symmetric() const { return symmetric_; }

private:
  enum class state { running, finished, failed };

  struct ephemeral {
    base::public_key pub{};
    base::secret<32> scalar;
  };

  base::bytes send_key(base::entropy& chance, token which);
  base::status receive_key(base::bytes_view& rest, token which);
  base::result<base::bytes> decrypt(base::bytes_view text);
  base::status mix_product(token which);
  void draw_ephemeral(base::entropy& chance);
  void advance();
  void finish();
  void wipe();
  base::error fail(base::error reason);

  pattern pattern_;
  role role_;
  static_key local_;
  ephemeral ephemeral_;
  std::optional<base::public_key> remote_;
  std::optional<base::public_key> remote_ephemeral_;
  symmetric_state symmetric_;
  std::size_t step_ = 0;
  state state_ = state::running;
  session outcome_;
};

} // namespace hyper::noise
