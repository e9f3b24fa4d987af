#pragma once

#include <optional>
#include <string_view>

namespace hyper::base {

/// HOST[:PORT], as in a URL without a user or in HTTP's Host (RFC 3986, section
/// 3.2; RFC 9112, section 3.2).
struct authority {
  std::string_view host; ///< of IPv6 in its brackets; empty: there is none
  std::string_view port; ///< digits; may be empty
};

/// None if it is malformed; a port has to have a host. Views into `text`.
std::optional<authority> split_authority(std::string_view text);

} // namespace hyper::base
