#include "net/transport/over_udx.hpp"

namespace hyper::transport {

namespace {

udx::config configure(std::uint32_t local_stream) {
  udx::config out;
  out.local_id = local_stream;
  return out;
}

} // namespace

over_udx::over_udx(std::uint32_t local_stream, std::uint32_t remote_stream,
                   const base::endpoint& remote, base::instant now)
    : udx_(configure(local_stream), now) {
  udx_.connect(now, remote_stream, remote);
}

} // namespace hyper::transport
