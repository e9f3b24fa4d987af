#include "net/udx/demux.hpp"

#include "net/udx/packet.hpp"

namespace hyper::udx {

std::optional<std::uint32_t> stream_id_of(base::bytes_view datagram) {
  if (datagram.size() < header_size || datagram[0] != magic_byte ||
      datagram[1] != version_byte)
    return std::nullopt;
  return std::uint32_t{datagram[4]} | std::uint32_t{datagram[5]} << 8 |
         std::uint32_t{datagram[6]} << 16 | std::uint32_t{datagram[7]} << 24;
}

std::optional<std::uint32_t>
choose_id(base::entropy& chance,
          const std::function<bool(std::uint32_t)>& is_taken) {
  for (int i = 0; i < choose_id_tries_max; ++i) {
    auto id = chance.u32();
    if (!is_taken(id))
      return id;
  }
  return std::nullopt;
}

} // namespace hyper::udx
