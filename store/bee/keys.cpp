#include "store/bee/keys.hpp"

#include "base/codec.hpp"

namespace hyper::bee {

base::bytes encode_name(std::string_view name) {
  base::writer out;
  out.string(name);
  return out.release();
}

base::result<std::string_view> decode_name(base::bytes_view key) {
  base::reader in{key};
  auto name = base::as_text(in.buffer());
  if (in.failed())
    return base::error{base::errc::malformed,
                       "bee: a key is shorter than its length says"};
  return name;
}

bool is_canonical_key(base::bytes_view key) {
  base::reader in{key};
  std::uint64_t length = in.uint();
  return !in.failed() && in.remaining() == length &&
         key.size() == base::uint_size(length) + length;
}

base::result<base::public_key>
decode_owner(const std::optional<base::bytes_view>& value) {
  if (!value || value->size() < owner_size)
    return base::error{base::errc::malformed,
                       "bee: a value of " +
                           std::to_string(value ? value->size() : 0) +
                           " bytes is no public key"};
  return base::take<owner_size>(*value);
}

base::bytes_view key_head(base::bytes_view key) {
  HYPER_ASSERT(is_canonical_key(key));
  return key.first(base::uint_size(base::reader{key}.uint()));
}

std::optional<base::bytes> after_prefix(base::bytes_view head) {
  base::bytes out = base::to_bytes(head);
  while (!out.empty() && out.back() == 0xff)
    out.pop_back();
  if (out.empty())
    return std::nullopt;
  ++out.back();
  return out;
}

} // namespace hyper::bee
