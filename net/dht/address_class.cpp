#include "net/dht/address_class.hpp"

#include <algorithm>
#include <array>

namespace hyper::dht {

namespace {

struct range {
  std::uint32_t first;
  unsigned prefix; ///< bits that are fixed
};

constexpr std::uint32_t host(std::uint32_t a, std::uint32_t b = 0,
                             std::uint32_t c = 0) {
  return a << 24 | b << 16 | c << 8;
}

constexpr std::array private_ranges{
    range{host(10), 8},       range{host(100, 64), 10},
    range{host(127), 8},      range{host(169, 254), 16},
    range{host(172, 16), 12}, range{host(192, 168), 16},
};

constexpr std::array reserved_ranges{
    range{host(0), 8},
    range{host(192, 0, 0), 24},
    range{host(192, 0, 2), 24},
    range{host(198, 18), 15},
    range{host(198, 51, 100), 24},
    range{host(203, 0, 113), 24},
    range{host(224), 4},
    range{host(240), 4},
};

constexpr std::array unsendable_ranges{
    range{host(0), 8},
    range{host(224), 4},
    range{host(240), 4},
};

std::uint32_t number(const ipv4_host& raw) {
  return static_cast<std::uint32_t>(raw[0]) << 24 | raw[1] << 16 | raw[2] << 8 |
         raw[3];
}

template <class Ranges>
bool any_contains(const Ranges& ranges, const ipv4_host& raw) {
  auto value = number(raw);
  return std::any_of(ranges.begin(), ranges.end(), [value](const range& r) {
    return (value ^ r.first) >> (32 - r.prefix) == 0;
  });
}

/// Leading octets that are equal, three at most: the last one numbers the
/// machine in its network.
unsigned common_octets(const ipv4_host& left, const ipv4_host& right) {
  unsigned n = 0;
  while (n < 3 && left[n] == right[n])
    ++n;
  return n;
}

} // namespace

bool is_private(const ipv4_host& host) {
  return any_contains(private_ranges, host);
}

bool is_reserved(const ipv4_host& host) {
  return any_contains(reserved_ranges, host);
}

bool is_bogon(const ipv4_host& host) {
  return is_private(host) || is_reserved(host);
}

bool is_sendable(const base::endpoint& where) {
  return where.port != 0 && !any_contains(unsendable_ranges, where.host);
}

std::optional<base::endpoint> match_address(const address_list& mine,
                                            const address_list& theirs) {
  std::optional<base::endpoint> best;
  unsigned best_octets = 0;
  for (const auto& own : mine)
    for (const auto& other : theirs) {
      auto octets = common_octets(own.host, other.host);
      if (octets == 3)
        return other;
      if (octets > best_octets) {
        best = other;
        best_octets = octets;
      }
    }
  return best;
}

} // namespace hyper::dht
