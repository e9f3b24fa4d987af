#include "net/rpc/values.hpp"

#include "base/codec.hpp"

namespace hyper::rpc {

namespace {

constexpr std::string_view done_text = "OK";
constexpr std::string_view idempotent_text = "IDEMPOTENT";
constexpr std::string_view refusal_prefix = "ERR:";

std::string text_of(const verdict& what) {
  switch (what.what) {
  case verdict::kind::done:
    return std::string{done_text};
  case verdict::kind::idempotent:
    return std::string{idempotent_text};
  case verdict::kind::refused:
    return std::string{refusal_prefix} + what.text;
  case verdict::kind::other:
    break;
  }
  return what.text;
}

verdict verdict_of(std::string_view text) {
  if (text == done_text)
    return {verdict::kind::done, {}};
  if (text == idempotent_text)
    return {verdict::kind::idempotent, {}};
  if (text.starts_with(refusal_prefix))
    return {verdict::kind::refused,
            std::string{text.substr(refusal_prefix.size())}};
  return {verdict::kind::other, std::string{text}};
}

} // namespace

std::string_view to_text(registry_method method) {
  return method == registry_method::register_name ? "register" : "delete";
}

std::optional<registry_method> parse_method(std::string_view name) {
  for (auto method :
       {registry_method::register_name, registry_method::delete_name})
    if (name == to_text(method))
      return method;
  return std::nullopt;
}

base::bytes encode_name(std::string_view name) {
  base::writer out;
  out.string(name);
  return out.release();
}

base::result<std::string> decode_name(base::bytes_view value) {
  base::reader in{value};
  auto name = in.string();
  return in.finish(std::move(name));
}

base::bytes encode_verdict(const verdict& what) {
  auto text = text_of(what);
  HYPER_ASSERT(!text.empty());
  base::writer out;
  out.string(text);
  return out.release();
}

base::result<verdict> decode_verdict(base::bytes_view value) {
  base::reader in{value};
  auto text = in.string();
  if (in.failed())
    return in.failure();
  if (text.empty())
    return base::error{base::errc::malformed, "rpc: empty answer"};
  return verdict_of(text);
}

} // namespace hyper::rpc
