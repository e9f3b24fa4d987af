#pragma once

#include "base/bytes.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace hyper::mux {

/// What we offer to a remote that asks for a channel.
class offers {
public:
  /// Offers the protocol with any id, or with this one. An absent id and an
  /// empty one are the same.
  void add(std::string protocol);
  void add(std::string protocol, base::bytes_view id);
  void remove(const std::string& protocol);
  void remove(const std::string& protocol, base::bytes_view id);

  /// Lets `other` stand for `protocol`.
  void alias(std::string other, std::string protocol);

  /// The name itself, or the one that it stands for.
  std::string resolve(const std::string& name) const;

  bool contains(const std::string& protocol, base::bytes_view id) const;

private:
  std::map<std::string, std::string> aliases_;
  std::set<std::string> protocols_;
  std::set<std::pair<std::string, base::bytes>> ids_;
};

} // namespace hyper::mux
