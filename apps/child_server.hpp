#pragma once

#include "base/endpoint.hpp"
#include "base/keys.hpp"
#include "base/result.hpp"

#include <memory>

namespace hyper::apps {

/// A bootstrap node and a server of ours, each in a process of its own, so that
/// what is measured is what one would run. They end with this object.
class child_server {
public:
  /// Starts both on loopback and waits for their keys, 15 s at most.
  static base::result<std::unique_ptr<child_server>> start();

  virtual ~child_server() = default;

  const base::endpoint& bootstrap() const { return bootstrap_; }
  const base::public_key& server_key() const { return server_key_; }
  const base::public_key& core_key() const { return core_key_; }

protected:
  base::endpoint bootstrap_;
  base::public_key server_key_{};
  base::public_key core_key_{};
};

} // namespace hyper::apps
