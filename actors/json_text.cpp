#include "actors/json_text.hpp"

#include "base/codec.hpp"
#include "base/text.hpp"

namespace hyper::actors {

std::string_view action_text(registry::action what) {
  return what == registry::action::put ? "register" : "delete";
}

std::string json_text(const std::string& text) {
  auto valid = base::utf8_replace(base::as_bytes(text));
  return valid == text ? valid : base::escape(text);
}

} // namespace hyper::actors
