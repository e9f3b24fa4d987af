#pragma once

#include "actors/gateway/guard.hpp"
#include "actors/gateway/instruments.hpp"
#include "actors/gateway/listener.hpp"
#include "actors/runtime/host.hpp"

namespace hyper::actors::gateway {

struct gateway_config {
  base::endpoint where;
  access_rules who;
  limits bounds;
  base::public_key log{};
  index_handle index;
  instruments tools = {};
};

/// What may a browser, a script or a scraper see? Owns the listener, its
/// connections and the feed; ends with the index that it shows.
class gateway {
public:
  using handle = gateway_handle;
  static constexpr const char* name = "gateway";

  gateway(handle::pointer self, const index_handle& index, feed_handle events,
          std::shared_ptr<listener> doors);
  ~gateway();

  handle::behavior_type make_behavior();

private:
  handle::pointer self_;
  index_handle index_;
  feed_handle events_;
  std::shared_ptr<listener> doors_;
};

/// Gives where it listens; fails if it can't. Ends with the index.
base::result<base::endpoint> start_gateway(boost::asio::io_context& io,
                                           caf::actor_system& system,
                                           const gateway_config& how);

} // namespace hyper::actors::gateway
