#define CAF_SUITE net_peer_connection_over_websocket

#include "net/transport/transport.hpp"

namespace {
constexpr auto over = hyper::transport::carrier::websocket;
} // namespace

#include "tests/net/peer/connection_cases.hpp"
