#include "base/secretstream.hpp"

#include "base/assert.hpp"

#include <sodium.h>

#include <cstring>

namespace hyper::base {

namespace {

using sodium_state = crypto_secretstream_xchacha20poly1305_state;

static_assert(sizeof(sodium_state) == sizeof(secret<52>));
static_assert(secretstream::overhead ==
              crypto_secretstream_xchacha20poly1305_ABYTES);
static_assert(secretstream::header_size ==
              crypto_secretstream_xchacha20poly1305_HEADERBYTES);

// Lends libsodium its own type, so that the header need not name it.
class borrowed_state {
public:
  explicit borrowed_state(secret<52>& owner) : owner_(owner) {
    std::memcpy(&state_, owner_.data(), sizeof state_);
  }
  borrowed_state(const borrowed_state&) = delete;
  borrowed_state& operator=(const borrowed_state&) = delete;
  ~borrowed_state() {
    std::memcpy(owner_.data(), &state_, sizeof state_);
    sodium_memzero(&state_, sizeof state_);
  }

  sodium_state* get() { return &state_; }

private:
  secret<52>& owner_;
  sodium_state state_;
};

} // namespace

secretstream::secretstream(const header& from, const fixed_bytes<32>& key) {
  borrowed_state state{state_};
  crypto_secretstream_xchacha20poly1305_init_pull(state.get(), from.data(),
                                                  key.data());
}

void secretstream::push(bytes_view plain, mutable_bytes out) {
  HYPER_ASSERT(out.size() == plain.size() + overhead);
  borrowed_state state{state_};
  crypto_secretstream_xchacha20poly1305_push(
      state.get(), out.data(), nullptr, plain.data(), plain.size(), nullptr, 0,
      crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
}

std::optional<bytes_view> secretstream::pull(mutable_bytes sealed) {
  if (sealed.size() < overhead)
    return std::nullopt;
  auto plain = sealed.subspan(1, sealed.size() - overhead);
  borrowed_state state{state_};
  std::uint8_t tag = 0;
  if (crypto_secretstream_xchacha20poly1305_pull(
          state.get(), plain.data(), nullptr, &tag, sealed.data(),
          sealed.size(), nullptr, 0) != 0)
    return std::nullopt;
  return plain;
}

} // namespace hyper::base
