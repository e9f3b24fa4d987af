#include "net/dht/node_id.hpp"

#include "base/codec.hpp"

#include <bit>

namespace hyper::dht {

node_id id_of(const base::endpoint& where) {
  base::writer out;
  out.ipv4_address(where);
  return base::blake2b(out.data());
}

unsigned shared_bits(const node_id& left, const node_id& right) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    auto difference = static_cast<std::uint8_t>(left[i] ^ right[i]);
    if (difference != 0)
      return static_cast<unsigned>(8 * i) +
             static_cast<unsigned>(std::countl_zero(difference));
  }
  return id_bits;
}

node_id distance(const node_id& left, const node_id& right) {
  node_id out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = left[i] ^ right[i];
  return out;
}

} // namespace hyper::dht
