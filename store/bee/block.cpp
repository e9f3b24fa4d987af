#include "store/bee/block.hpp"

#include "store/bee/protobuf.hpp"

#include <algorithm>

namespace hyper::bee {

namespace {

// Field numbers of the messages in docs/bee.md.
constexpr unsigned header_protocol = 1;
constexpr unsigned header_metadata = 2;
constexpr unsigned metadata_content_feed = 1;
constexpr unsigned metadata_user_data = 2;
constexpr unsigned node_index = 1;
constexpr unsigned node_key = 2;
constexpr unsigned node_value = 3;
constexpr unsigned index_level = 1;
constexpr unsigned level_keys = 1;
constexpr unsigned level_children = 2;

base::error malformed(const char* what) {
  return {base::errc::malformed, std::string{"bee: "} + what};
}

base::error in_part(const char* part, const base::reader& in) {
  return {base::errc::malformed,
          std::string{"bee: "} + part + ": " + in.failure().message};
}

void decode_metadata(base::bytes_view body, base::reader& outer, header& out) {
  base::reader in{body};
  while (auto field = protobuf::next_field(in)) {
    if (field->number == metadata_content_feed)
      out.content_feed = base::to_bytes(field->body);
    else if (field->number == metadata_user_data)
      out.user_data = base::to_bytes(field->body);
  }
  if (in.failed())
    outer.fail("torn metadata");
}

void append_varints(base::bytes_view packed, base::reader& outer,
                    std::vector<std::uint64_t>& out, std::size_t limit) {
  base::reader in{packed};
  while (!in.failed() && !in.empty()) {
    if (out.size() == limit)
      return outer.fail("level too large");
    out.push_back(protobuf::read_varint(in));
  }
  if (in.failed())
    outer.fail("torn list of numbers");
}

std::vector<child_ref> paired(const std::vector<std::uint64_t>& flat) {
  std::vector<child_ref> out;
  out.reserve(flat.size() / 2);
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2)
    out.push_back({flat[i], flat[i + 1]});
  return out;
}

base::result<level> decode_level_body(base::bytes_view body) {
  level out;
  std::vector<std::uint64_t> children;
  base::reader in{body};
  while (auto field = protobuf::next_field(in)) {
    if (field->number == level_keys)
      append_varints(field->body, in, out.keys, level_keys_max);
    else if (field->number == level_children)
      append_varints(field->body, in, children, 2 * (level_keys_max + 1));
  }
  if (in.failed())
    return in_part("level", in);
  if (children.size() % 2 != 0)
    return malformed("a child without a level");
  out.children = paired(children);
  return out;
}

/// The bodies of the levels, in order.
class level_scan {
public:
  explicit level_scan(base::bytes_view index) : in_(index) {}

  std::optional<base::bytes_view> next() {
    while (auto field = protobuf::next_field(in_)) {
      if (field->number != index_level)
        continue;
      if (count_++ < level_count_max)
        return field->body;
      in_.fail("too many levels");
    }
    return std::nullopt;
  }

  const base::reader& in() const { return in_; }

private:
  base::reader in_;
  std::size_t count_ = 0;
};

std::size_t keys_size(const level& what) {
  std::size_t size = 0;
  for (std::uint64_t seq : what.keys)
    size += protobuf::varint_size(seq);
  return size;
}

std::size_t children_size(const level& what) {
  std::size_t size = 0;
  for (const auto& child : what.children)
    size +=
        protobuf::varint_size(child.seq) + protobuf::varint_size(child.level);
  return size;
}

/// Bytes of a list within a level; an empty list is left out.
std::size_t field_size(std::size_t body) {
  return body == 0 ? 0 : 1 + protobuf::varint_size(body) + body;
}

} // namespace

base::bytes encode(const header& what) {
  base::writer out;
  protobuf::write_field(out, header_protocol, base::as_bytes(what.protocol));
  if (!what.content_feed && !what.user_data)
    return out.release();
  base::writer metadata;
  if (what.content_feed)
    protobuf::write_field(metadata, metadata_content_feed, *what.content_feed);
  if (what.user_data)
    protobuf::write_field(metadata, metadata_user_data, *what.user_data);
  protobuf::write_field(out, header_metadata, metadata.data());
  return out.release();
}

base::result<header> decode_header(base::bytes_view block) {
  header out;
  bool named = false;
  base::reader in{block};
  while (auto field = protobuf::next_field(in)) {
    if (field->number == header_protocol) {
      out.protocol = base::as_text(field->body);
      named = true;
    } else if (field->number == header_metadata) {
      decode_metadata(field->body, in, out);
    }
  }
  if (in.failed())
    return in_part("header", in);
  if (!named)
    return malformed("a header without a protocol");
  return out;
}

base::result<node_block> decode_node_block(base::bytes_view block) {
  std::optional<base::bytes_view> index;
  std::optional<base::bytes_view> key;
  node_block out;
  base::reader in{block};
  while (auto field = protobuf::next_field(in)) {
    if (field->number == node_index)
      index = field->body;
    else if (field->number == node_key)
      key = field->body;
    else if (field->number == node_value)
      out.value = field->body;
  }
  if (in.failed())
    return in_part("block", in);
  if (!index || !key)
    return malformed(index ? "a block without a key"
                           : "a block without an index");
  out.index = *index;
  out.key = *key;
  return out;
}

base::result<std::vector<level>> decode_index(base::bytes_view index) {
  std::vector<level> out;
  level_scan scan{index};
  while (auto body = scan.next()) {
    auto decoded = decode_level_body(*body);
    if (!decoded)
      return decoded.failure();
    out.push_back(std::move(*decoded));
  }
  if (scan.in().failed())
    return in_part("index", scan.in());
  return out;
}

base::result<level> decode_level(base::bytes_view index, std::uint64_t number) {
  level_scan scan{index};
  for (std::uint64_t i = 0; auto body = scan.next(); ++i)
    if (i == number)
      return decode_level_body(*body);
  if (scan.in().failed())
    return in_part("index", scan.in());
  return malformed("a level that does not exist");
}

base::result<bool> is_deletion(const node_block& block, std::uint64_t seq) {
  if (block.value)
    return false;
  auto levels = decode_index(block.index);
  if (!levels)
    return levels.failure();
  for (const auto& one : *levels)
    if (std::find(one.keys.begin(), one.keys.end(), seq) != one.keys.end())
      return false;
  return true;
}

void append_level(base::writer& index, const level& what) {
  std::size_t keys = keys_size(what);
  std::size_t children = children_size(what);
  protobuf::start_field(index, index_level,
                        field_size(keys) + field_size(children));
  if (keys > 0)
    protobuf::start_field(index, level_keys, keys);
  for (std::uint64_t seq : what.keys)
    protobuf::write_varint(index, seq);
  if (children > 0)
    protobuf::start_field(index, level_children, children);
  for (const auto& child : what.children) {
    protobuf::write_varint(index, child.seq);
    protobuf::write_varint(index, child.level);
  }
}

base::bytes encode_node_block(base::bytes_view index, base::bytes_view key,
                              const std::optional<base::bytes_view>& value) {
  base::writer out;
  protobuf::write_field(out, node_index, index);
  protobuf::write_field(out, node_key, key);
  if (value)
    protobuf::write_field(out, node_value, *value);
  return out.release();
}

} // namespace hyper::bee
