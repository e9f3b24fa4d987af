#pragma once

#include "base/codec.hpp"

#include <vector>

namespace hyper::dht {

using address_list = std::vector<base::endpoint>;

/// uint count, then 6 bytes each.
void encode_addresses(base::writer& out, const address_list& addresses);

/// Allocates by what is there, not by what is announced.
address_list decode_addresses(base::reader& in);

} // namespace hyper::dht
