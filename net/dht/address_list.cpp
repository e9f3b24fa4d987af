#include "net/dht/address_list.hpp"

namespace hyper::dht {

void encode_addresses(base::writer& out, const address_list& addresses) {
  out.uint(addresses.size());
  for (const auto& address : addresses)
    out.ipv4_address(address);
}

address_list decode_addresses(base::reader& in) {
  address_list addresses;
  auto count = in.array_count();
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i)
    addresses.push_back(in.ipv4_address());
  return in.failed() ? address_list{} : addresses;
}

} // namespace hyper::dht
