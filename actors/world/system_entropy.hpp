#pragma once

#include "base/entropy.hpp"

namespace hyper::actors {

/// The operating system's generator.
class system_entropy final : public base::entropy {
public:
  void fill(base::mutable_bytes out) override;
};

} // namespace hyper::actors
