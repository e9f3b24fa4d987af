#pragma once

#include "base/entropy.hpp"

namespace hyper::test {

/// Gives the bytes it was handed, in order, then zeros: for vectors, whose
/// chance has been recorded.
class scripted_entropy final : public base::entropy {
public:
  explicit scripted_entropy(base::bytes_view script)
      : script_(base::to_bytes(script)) {}

  void fill(base::mutable_bytes out) override {
    for (auto& byte : out)
      byte = next_ < script_.size() ? script_[next_++] : 0;
  }

private:
  base::bytes script_;
  std::size_t next_ = 0;
};

} // namespace hyper::test
