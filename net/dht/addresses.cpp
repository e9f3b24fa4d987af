#include "net/dht/addresses.hpp"

#include <algorithm>
#include <array>

namespace hyper::dht {

namespace {

using host = base::fixed_bytes<4>;

constexpr host broadcast{255, 255, 255, 255};
constexpr host retired_host{150, 136, 142, 116};

constexpr std::array<base::endpoint, 3> retired{{
    {{134, 209, 28, 98}, 49738},
    {{167, 99, 142, 185}, 49738},
    {{35, 233, 47, 252}, 9400},
}};

} // namespace

bool can_be_reached(const base::endpoint& where) {
  auto first = where.host[0];
  auto is_multicast = first >= 224 && first <= 239;
  return where.port != 0 && first != 0 && !is_multicast &&
         where.host != broadcast;
}

bool is_retired(const base::endpoint& where) {
  return where.host == retired_host ||
         std::find(retired.begin(), retired.end(), where) != retired.end();
}

} // namespace hyper::dht
