#pragma once

#include "base/bytes.hpp"

#include <cstdint>

namespace hyper::base {

/// Where chance comes from. The real one is in actors/; tests and simulations
/// use `seeded_entropy`.
class entropy {
public:
  virtual ~entropy() = default;

  /// Overwrites every byte of `out`.
  virtual void fill(mutable_bytes out) = 0;

  std::uint32_t u32();
  std::uint64_t u64();

  /// Uniform in [0, limit). Requires limit > 0.
  std::uint64_t below(std::uint64_t limit);

  template <std::size_t N>
  fixed_bytes<N> array() {
    fixed_bytes<N> out{};
    fill(out);
    return out;
  }
};

/// A repeatable stream of bytes: ChaCha20 under a key made from the seed.
class seeded_entropy final : public entropy {
public:
  explicit seeded_entropy(std::uint64_t seed);

  void fill(mutable_bytes out) override;

private:
  fixed_bytes<32> key_{};
  std::uint64_t block_ = 0;
};

} // namespace hyper::base
