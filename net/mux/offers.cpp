#include "net/mux/offers.hpp"

namespace hyper::mux {

void offers::add(std::string protocol) {
  protocols_.insert(std::move(protocol));
}

void offers::add(std::string protocol, base::bytes_view id) {
  ids_.emplace(std::move(protocol), base::to_bytes(id));
}

void offers::remove(const std::string& protocol) {
  protocols_.erase(protocol);
}

void offers::remove(const std::string& protocol, base::bytes_view id) {
  ids_.erase({protocol, base::to_bytes(id)});
}

void offers::alias(std::string other, std::string protocol) {
  aliases_.insert_or_assign(std::move(other), std::move(protocol));
}

std::string offers::resolve(const std::string& name) const {
  auto found = aliases_.find(name);
  return found == aliases_.end() ? name : found->second;
}

bool offers::contains(const std::string& protocol, base::bytes_view id) const {
  return protocols_.contains(protocol) ||
         ids_.contains({protocol, base::to_bytes(id)});
}

} // namespace hyper::mux
