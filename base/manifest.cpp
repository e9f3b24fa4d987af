#include "base/manifest.hpp"

namespace hyper::base {

namespace {

constexpr std::uint64_t blake2b_id = 0;
constexpr std::uint64_t ed25519_id = 0;

constexpr std::uint64_t flag_patch = 1;
constexpr std::uint64_t flag_prologue = 2;
constexpr std::uint64_t flag_linked = 4;
constexpr std::uint64_t flag_user_data = 8;

enum version0_type : std::uint64_t {
  static_tree = 0,
  single_signer = 1,
  many_signers = 2,
};

void encode(writer& out, const manifest_signer& one) {
  out.uint(ed25519_id);
  out.raw(one.name_space);
  out.raw(one.pub);
}

manifest_signer decode_signer(reader& in) {
  if (in.uint() != ed25519_id)
    in.fail("Unknown signature id");
  manifest_signer one;
  one.name_space = in.fixed<32>();
  one.pub = in.fixed<32>();
  return one;
}

void encode(writer& out, const std::vector<manifest_signer>& all) {
  out.uint(all.size());
  for (const auto& one : all)
    encode(out, one);
}

std::vector<manifest_signer> decode_signers(reader& in) {
  std::vector<manifest_signer> all;
  for (auto left = in.array_count(); left > 0 && !in.failed(); --left)
    all.push_back(decode_signer(in));
  return all;
}

void encode(writer& out, const manifest_prologue& prologue) {
  out.raw(prologue.tree_hash);
  out.uint(prologue.length);
}

manifest_prologue decode_prologue(reader& in) {
  manifest_prologue prologue;
  prologue.tree_hash = in.fixed<32>();
  prologue.length = in.uint();
  return prologue;
}

void encode(writer& out, const std::vector<hash32>& linked) {
  out.uint(linked.size());
  for (const auto& key : linked)
    out.raw(key);
}

std::vector<hash32> decode_linked(reader& in) {
  std::vector<hash32> linked;
  for (auto left = in.array_count(); left > 0 && !in.failed(); --left)
    linked.push_back(in.fixed<32>());
  return linked;
}

void decode_hash_id(reader& in) {
  if (in.uint() != blake2b_id)
    in.fail("Unknown hash id");
}

void encode_version0(writer& out, const manifest& who) {
  out.uint(blake2b_id);
  if (who.prologue && who.signers.empty()) {
    out.uint(static_tree);
    out.raw(who.prologue->tree_hash);
  } else if (who.quorum == 1 && who.signers.size() == 1 && !who.allow_patch) {
    out.uint(single_signer);
    encode(out, who.signers.front());
  } else {
    out.uint(many_signers);
    out.uint(who.allow_patch ? flag_patch : 0);
    out.uint(who.quorum);
    encode(out, who.signers);
  }
}

manifest decode_version0(reader& in) {
  manifest who;
  who.version = 0;
  decode_hash_id(in);
  switch (in.uint()) {
  case static_tree:
    who.quorum = 0;
    who.prologue = manifest_prologue{in.fixed<32>(), 0};
    break;
  case single_signer:
    who.signers.push_back(decode_signer(in));
    break;
  case many_signers:
    who.allow_patch = (in.uint() & flag_patch) != 0;
    who.quorum = in.uint();
    who.signers = decode_signers(in);
    break;
  default:
    in.fail("Unknown type");
  }
  return who;
}

std::uint64_t flags_of(const manifest& who) {
  std::uint64_t flags = 0;
  flags |= who.allow_patch ? flag_patch : 0;
  flags |= who.prologue ? flag_prologue : 0;
  flags |= who.linked ? flag_linked : 0;
  flags |= who.user_data ? flag_user_data : 0;
  return flags;
}

} // namespace

void encode(writer& out, const manifest& who) {
  HYPER_ASSERT(who.version <= manifest_version_max);
  out.uint(who.version);
  if (who.version == 0)
    return encode_version0(out, who);
  out.uint(flags_of(who));
  out.uint(blake2b_id);
  out.uint(who.quorum);
  encode(out, who.signers);
  if (who.prologue)
    encode(out, *who.prologue);
  if (who.linked)
    encode(out, *who.linked);
  if (who.user_data)
    out.buffer(*who.user_data);
}

bytes encode(const manifest& who) {
  writer out;
  encode(out, who);
  return out.release();
}

manifest decode_manifest(reader& in) {
  auto version = in.uint();
  if (version > manifest_version_max) {
    in.fail("Unknown version");
    return {};
  }
  if (version == 0)
    return decode_version0(in);
  manifest who;
  who.version = version;
  auto flags = in.uint();
  decode_hash_id(in);
  who.allow_patch = (flags & flag_patch) != 0;
  who.quorum = in.uint();
  who.signers = decode_signers(in);
  if ((flags & flag_prologue) != 0)
    who.prologue = decode_prologue(in);
  if ((flags & flag_linked) != 0)
    who.linked = decode_linked(in);
  if ((flags & flag_user_data) != 0)
    who.user_data = to_bytes(in.buffer());
  return who;
}

result<manifest> decode_manifest(bytes_view encoded) {
  reader in{encoded};
  auto who = decode_manifest(in);
  return in.finish(std::move(who));
}

} // namespace hyper::base
