#include "store/log/layout.hpp"

#include "base/assert.hpp"
#include "base/codec.hpp"

#include <algorithm>

namespace hyper::log {

namespace {

constexpr std::string_view magic = "hyper-registry/log";

enum kind : std::uint8_t {
  of_format = 0x00,
  of_head = 0x01,
  of_manifest = 0x02,
  of_frozen = 0x03,
  of_contiguous = 0x04,
  of_compared = 0x05,
  of_node = 0x10,
  of_block = 0x11,
  end = 0x12,
};

base::bytes key_of(kind what) {
  return {what};
}

using numbered_key = base::fixed_bytes<9>;

// Big endian, so that the order of the keys is the order of the numbers.
numbered_key key_of(kind what, std::uint64_t number) {
  numbered_key key{what};
  for (std::size_t i = key.size() - 1; i > 0; --i, number >>= 8)
    key[i] = static_cast<std::uint8_t>(number);
  return key;
}

base::bytes owned_key_of(kind what, std::uint64_t number) {
  return base::to_bytes(key_of(what, number));
}

std::uint64_t number_in(base::bytes_view key) {
  HYPER_ASSERT(key.size() == sizeof(numbered_key));
  std::uint64_t number = 0;
  for (auto byte : key.subspan(1))
    number = number << 8 | byte;
  return number;
}

base::error damaged(const char* what) {
  return {base::errc::malformed,
          std::string{"log: the store is damaged: its "} + what +
              " cannot be read"};
}

template <class Read>
auto read_record(const kv::snapshot& from, base::bytes_view key,
                 const char* what, Read read)
    -> base::result<
        std::optional<decltype(read(std::declval<base::reader&>()))>> {
  using value = decltype(read(std::declval<base::reader&>()));
  auto found = from.get(key);
  if (!found)
    return found.failure();
  if (!*found)
    return std::optional<value>{};
  base::reader in{**found};
  auto record = read(in);
  if (in.failed() || !in.empty())
    return damaged(what);
  return std::optional<value>{std::move(record)};
}

kv::write number_record(kind which, std::uint64_t number) {
  base::writer out;
  out.uint(number);
  return {key_of(which), out.release()};
}

base::result<std::optional<std::uint64_t>>
read_number(const kv::snapshot& from, kind which, const char* what) {
  return read_record(from, key_of(which), what,
                     [](base::reader& in) { return in.uint(); });
}

struct short_head {
  std::uint64_t fork = 0;
  std::uint64_t length = 0;
  base::bytes signature;
};

short_head decode_head(base::reader& in) {
  short_head value;
  value.fork = in.uint();
  value.length = in.uint();
  value.signature = base::to_bytes(in.buffer());
  if (value.length > log_length_max)
    in.fail("Log too long");
  return value;
}

format decode_format(base::reader& in) {
  format value;
  if (in.string() != magic)
    in.fail("No format record");
  value.version = in.uint();
  if (value.version == layout_version)
    value.key = in.fixed<32>();
  else
    in.rest(); // a later version; only the number matters
  return value;
}

} // namespace

kv::write format_record(const base::public_key& key) {
  base::writer out;
  out.string(magic);
  out.uint(layout_version);
  out.raw(key);
  return {key_of(of_format), out.release()};
}

kv::write head_record(const head& value) {
  HYPER_ASSERT(value.length() <= log_length_max);
  base::writer out;
  out.uint(value.fork);
  out.uint(value.length());
  out.buffer(value.signature);
  return {key_of(of_head), out.release()};
}

kv::write manifest_record(const base::manifest& value) {
  return {key_of(of_manifest), base::encode(value)};
}

kv::write frozen_record(const base::hash32& other_tree) {
  return {key_of(of_frozen), base::to_bytes(other_tree)};
}

kv::write contiguous_record(std::uint64_t length) {
  return number_record(of_contiguous, length);
}

kv::write compared_record(std::uint64_t when) {
  return number_record(of_compared, std::min(when, base::uint_max));
}

kv::write node_record(const tree_node& node) {
  HYPER_ASSERT(node.size <= base::uint_max);
  base::writer out;
  out.uint(node.size);
  out.raw(node.hash);
  return {owned_key_of(of_node, node.index), out.release()};
}

kv::write block_record(std::uint64_t block, base::bytes value) {
  HYPER_ASSERT(block < log_length_max);
  return {owned_key_of(of_block, block), std::move(value)};
}

kv::write no_node_record(std::uint64_t node) {
  return {owned_key_of(of_node, node), std::nullopt};
}

kv::write no_block_record(std::uint64_t block) {
  return {owned_key_of(of_block, block), std::nullopt};
}

base::result<std::optional<format>> read_format(const kv::snapshot& from) {
  return read_record(from, key_of(of_format), "format record", decode_format);
}

base::result<std::optional<base::manifest>>
read_manifest(const kv::snapshot& from) {
  return read_record(
      from, key_of(of_manifest), "manifest",
      [](base::reader& in) { return base::decode_manifest(in); });
}

base::result<bool> read_frozen(const kv::snapshot& from) {
  auto mark = from.get(key_of(of_frozen));
  if (!mark)
    return mark.failure();
  return mark->has_value();
}

base::result<std::uint64_t> read_contiguous(const kv::snapshot& from) {
  auto length = read_number(from, of_contiguous, "block count");
  if (!length)
    return length.failure();
  return length->value_or(0);
}

base::result<std::optional<std::uint64_t>>
read_compared(const kv::snapshot& from) {
  return read_number(from, of_compared, "time of comparison");
}

base::result<std::optional<tree_node>> read_node(const kv::snapshot& from,
                                                 std::uint64_t node) {
  return read_record(from, key_of(of_node, node), "tree",
                     [node](base::reader& in) {
                       auto size = in.uint();
                       return tree_node{node, size, in.fixed<32>()};
                     });
}

base::result<std::optional<base::bytes_view>>
read_block(const kv::snapshot& from, std::uint64_t block) {
  return from.get(key_of(of_block, block));
}

base::result<head> read_head(const kv::snapshot& from) {
  auto record = read_record(from, key_of(of_head), "head", decode_head);
  if (!record)
    return record.failure();
  if (!*record)
    return head{};
  auto& value = **record;
  auto roots = read_nodes(from, base::flat_tree::roots(value.length));
  if (!roots)
    return roots.failure().code == base::errc::not_found ? damaged("head")
                                                         : roots.failure();
  return head{value.fork, std::move(*roots), std::move(value.signature)};
}

base::result<std::vector<tree_node>>
read_nodes(const kv::snapshot& from, const std::vector<std::uint64_t>& nodes) {
  std::vector<tree_node> found;
  found.reserve(nodes.size());
  for (auto index : nodes) {
    auto node = read_node(from, index);
    if (!node)
      return node.failure();
    if (!*node)
      return base::error{base::errc::not_found, "log: node " +
                                                    std::to_string(index) +
                                                    " is not stored"};
    found.push_back(**node);
  }
  return found;
}

base::status scan_blocks(const kv::snapshot& from, std::uint64_t first,
                         const std::function<void(std::uint64_t)>& visit) {
  bool good = true;
  auto done =
      from.scan(key_of(of_block, first), key_of(end), kv::direction::forward,
                [&](base::bytes_view key, base::bytes_view) {
                  good = key.size() == sizeof(numbered_key);
                  if (good)
                    visit(number_in(key));
                  return good;
                });
  if (done && !good)
    return damaged("list of blocks");
  return done;
}

} // namespace hyper::log
