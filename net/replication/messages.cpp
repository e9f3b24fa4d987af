#include "net/replication/messages.hpp"

#include "base/manifest.hpp"

namespace hyper::replication {

namespace {

using base::reader;
using base::writer;

namespace sync_flag {
constexpr std::uint64_t can_upgrade = 1;
constexpr std::uint64_t uploading = 2;
constexpr std::uint64_t downloading = 4;
constexpr std::uint64_t has_manifest = 8;
constexpr std::uint64_t allow_push = 16;
} // namespace sync_flag

// The same bits announce the parts of a request and of its answer.
namespace part_flag {
constexpr std::uint64_t block = 1;
constexpr std::uint64_t hash = 2;
constexpr std::uint64_t seek = 4;
constexpr std::uint64_t upgrade = 8;
constexpr std::uint64_t manifest = 16;
constexpr std::uint64_t priority = 32; // in requests only
} // namespace part_flag

constexpr std::uint64_t reason_flag = 1;
constexpr std::uint64_t any_flag = 1;
constexpr std::uint64_t drop_flag = 1;
constexpr std::uint64_t single_flag = 2;

constexpr std::uint64_t when(bool condition, std::uint64_t flag) {
  return condition ? flag : 0;
}

template <class T>
std::uint64_t part_flags(const T& parts) {
  return when(parts.block.has_value(), part_flag::block) |
         when(parts.hash.has_value(), part_flag::hash) |
         when(parts.seek.has_value(), part_flag::seek) |
         when(parts.upgrade.has_value(), part_flag::upgrade);
}

void encode(writer& out, const sync& what) {
  out.uint(when(what.can_upgrade, sync_flag::can_upgrade) |
           when(what.uploading, sync_flag::uploading) |
           when(what.downloading, sync_flag::downloading) |
           when(what.has_manifest, sync_flag::has_manifest) |
           when(what.allow_push, sync_flag::allow_push));
  out.uint(what.fork);
  out.uint(what.length);
  out.uint(what.remote_length);
}

void decode(reader& in, sync& what) {
  auto flags = in.uint();
  what.fork = in.uint();
  what.length = in.uint();
  what.remote_length = in.uint();
  what.can_upgrade = (flags & sync_flag::can_upgrade) != 0;
  what.uploading = (flags & sync_flag::uploading) != 0;
  what.downloading = (flags & sync_flag::downloading) != 0;
  what.has_manifest = (flags & sync_flag::has_manifest) != 0;
  what.allow_push = (flags & sync_flag::allow_push) != 0;
}

void encode_target(writer& out, const base::proof_target& target) {
  out.uint(target.index);
  out.uint(target.nodes);
}

base::proof_target decode_target(reader& in) {
  base::proof_target target;
  target.index = in.uint();
  target.nodes = in.uint();
  return target;
}

void encode(writer& out, const base::proof_request& what) {
  out.uint(part_flags(what) | when(what.manifest, part_flag::manifest) |
           when(what.priority != 0, part_flag::priority));
  out.uint(what.id);
  out.uint(what.fork);
  if (what.block)
    encode_target(out, *what.block);
  if (what.hash)
    encode_target(out, *what.hash);
  if (what.seek) {
    out.uint(what.seek->bytes);
    out.uint(what.seek->padding);
  }
  if (what.upgrade) {
    out.uint(what.upgrade->start);
    out.uint(what.upgrade->length);
  }
  if (what.priority != 0)
    out.uint(what.priority);
}

base::seek_target decode_seek_target(reader& in) {
  base::seek_target target;
  target.bytes = in.uint();
  target.padding = in.uint();
  return target;
}

base::upgrade_target decode_upgrade_target(reader& in) {
  base::upgrade_target target;
  target.start = in.uint();
  target.length = in.uint();
  return target;
}

void decode(reader& in, base::proof_request& what) {
  auto flags = in.uint();
  what.id = in.uint();
  what.fork = in.uint();
  if ((flags & part_flag::block) != 0)
    what.block = decode_target(in);
  if ((flags & part_flag::hash) != 0)
    what.hash = decode_target(in);
  if ((flags & part_flag::seek) != 0)
    what.seek = decode_seek_target(in);
  if ((flags & part_flag::upgrade) != 0)
    what.upgrade = decode_upgrade_target(in);
  what.manifest = (flags & part_flag::manifest) != 0;
  if ((flags & part_flag::priority) != 0)
    what.priority = in.uint();
}

void encode(writer& out, const cancel& what) {
  out.uint(what.request);
}

void decode(reader& in, cancel& what) {
  what.request = in.uint();
}

void encode_part(writer& out, const base::block_part& part) {
  out.uint(part.index);
  out.buffer(part.value);
  encode(out, part.nodes);
}

base::block_part decode_block_part(reader& in) {
  base::block_part part;
  part.index = in.uint();
  part.value = base::to_bytes(in.buffer());
  part.nodes = base::decode_tree_nodes(in);
  return part;
}

base::hash_part decode_hash_part(reader& in) {
  base::hash_part part;
  part.index = in.uint();
  part.nodes = base::decode_tree_nodes(in);
  return part;
}

base::seek_part decode_seek_part(reader& in) {
  base::seek_part part;
  part.bytes = in.uint();
  part.nodes = base::decode_tree_nodes(in);
  return part;
}

void encode_part(writer& out, const base::upgrade_part& part) {
  out.uint(part.start);
  out.uint(part.length);
  encode(out, part.nodes);
  encode(out, part.additional_nodes);
  out.buffer(part.signature);
}

base::upgrade_part decode_upgrade_part(reader& in) {
  base::upgrade_part part;
  part.start = in.uint();
  part.length = in.uint();
  part.nodes = base::decode_tree_nodes(in);
  part.additional_nodes = base::decode_tree_nodes(in);
  part.signature = base::to_bytes(in.buffer());
  return part;
}

void encode(writer& out, const base::proof& what) {
  out.uint(part_flags(what) |
           when(what.manifest.has_value(), part_flag::manifest));
  out.uint(what.request);
  out.uint(what.fork);
  if (what.block)
    encode_part(out, *what.block);
  if (what.hash) {
    out.uint(what.hash->index);
    encode(out, what.hash->nodes);
  }
  if (what.seek) {
    out.uint(what.seek->bytes);
    encode(out, what.seek->nodes);
  }
  if (what.upgrade)
    encode_part(out, *what.upgrade);
  if (what.manifest)
    out.raw(*what.manifest);
}

void decode(reader& in, base::proof& what) {
  auto flags = in.uint();
  what.request = in.uint();
  what.fork = in.uint();
  if ((flags & part_flag::block) != 0)
    what.block = decode_block_part(in);
  if ((flags & part_flag::hash) != 0)
    what.hash = decode_hash_part(in);
  if ((flags & part_flag::seek) != 0)
    what.seek = decode_seek_part(in);
  if ((flags & part_flag::upgrade) != 0)
    what.upgrade = decode_upgrade_part(in);
  // It has no length of its own, so only reading it tells where it ends; what
  // is hashed later is the canonical form, whatever form came over the wire.
  if ((flags & part_flag::manifest) != 0)
    what.manifest = base::encode(base::decode_manifest(in));
}

void encode(writer& out, const no_data& what) {
  auto given = what.reason != base::no_data_reason::none;
  out.uint(what.request);
  out.uint(when(given, reason_flag));
  if (given)
    out.uint(static_cast<std::uint64_t>(what.reason));
}

base::no_data_reason decode_reason(reader& in) {
  switch (in.uint()) {
  case static_cast<std::uint64_t>(base::no_data_reason::not_available):
    return base::no_data_reason::not_available;
  case static_cast<std::uint64_t>(base::no_data_reason::invalid_request):
    return base::no_data_reason::invalid_request;
  default:
    return base::no_data_reason::none;
  }
}

// Old peers leave the flags out.
std::uint64_t trailing_flags(reader& in) {
  return in.empty() ? 0 : in.uint();
}

void decode(reader& in, no_data& what) {
  what.request = in.uint();
  if ((trailing_flags(in) & reason_flag) != 0)
    what.reason = decode_reason(in);
}

template <class Wish>
void encode_wish(writer& out, const Wish& what) {
  out.uint(what.start);
  out.uint(what.length);
  if (what.any)
    out.uint(any_flag);
}

template <class Wish>
void decode_wish(reader& in, Wish& what) {
  what.start = in.uint();
  what.length = in.uint();
  what.any = (trailing_flags(in) & any_flag) != 0;
}

void encode(writer& out, const want& what) {
  encode_wish(out, what);
}

void decode(reader& in, want& what) {
  decode_wish(in, what);
}

void encode(writer& out, const unwant& what) {
  encode_wish(out, what);
}

void decode(reader& in, unwant& what) {
  decode_wish(in, what);
}

void encode(writer& out, const bitfield& what) {
  out.uint(what.start);
  out.uint(what.words.size());
  for (auto word : what.words)
    out.u32(word);
}

void decode(reader& in, bitfield& what) {
  what.start = in.uint();
  for (auto left = in.array_count(); left > 0 && !in.failed(); --left)
    what.words.push_back(in.u32());
}

void encode(writer& out, const range& what) {
  auto single = what.length == 1;
  out.uint(when(what.drop, drop_flag) | when(single, single_flag));
  out.uint(what.start);
  if (!single)
    out.uint(what.length);
}

void decode(reader& in, range& what) {
  auto flags = in.uint();
  what.drop = (flags & drop_flag) != 0;
  what.start = in.uint();
  what.length = (flags & single_flag) != 0 ? 1 : in.uint();
}

void encode(writer& out, const extension& what) {
  out.string(what.name);
  out.raw(what.message);
}

void decode(reader& in, extension& what) {
  what.name = in.string();
  what.message = base::to_bytes(in.rest());
}

template <class T>
base::result<message> decode_as(base::bytes_view payload) {
  reader in{payload};
  T what;
  decode(in, what);
  return in.finish(message{std::move(what)});
}

using decoder = base::result<message> (*)(base::bytes_view);

template <std::size_t... I>
constexpr std::array<decoder, sizeof...(I)>
make_decoders(std::index_sequence<I...>) {
  return {decode_as<std::variant_alternative_t<I, message>>...};
}

constexpr auto decoders =
    make_decoders(std::make_index_sequence<message_types>{});

static_assert(message_types == 10);

} // namespace

std::uint64_t type_of(const message& what) {
  return what.index();
}

base::bytes encode(const message& what) {
  writer out;
  std::visit([&](const auto& one) { encode(out, one); }, what);
  return out.release();
}

base::result<message> decode(std::uint64_t type, base::bytes_view payload) {
  HYPER_ASSERT(type < message_types);
  return decoders[type](payload);
}

} // namespace hyper::replication
