#include "tests/vectors/replication_values.hpp"

#include "base/manifest.hpp"

namespace hyper::test {

namespace {

using namespace replication;

bool flag(const json::object& from, std::string_view member) {
  return has(from, member) && from.at(member).as_bool();
}

std::uint64_t count(const json::object& from, std::string_view member) {
  return has(from, member) ? number(from.at(member)) : 0;
}

const json::object& part(const json::object& from, std::string_view member) {
  return from.at(member).as_object();
}

base::proof_target target(const json::object& value) {
  return {count(value, "index"), count(value, "nodes")};
}

std::vector<base::tree_node> nodes(const json::object& value,
                                   std::string_view member) {
  std::vector<base::tree_node> out;
  for (const auto& entry : value.at(member).as_array()) {
    const auto& node = entry.as_object();
    out.push_back({count(node, "index"), count(node, "size"),
                   fixed_hex<32>(node.at("hash"))});
  }
  return out;
}

base::bytes manifest_of(const json::object& value) {
  if (has(value, "encoded"))
    return hex(value.at("encoded"));
  base::manifest who;
  who.version = count(value, "version");
  who.allow_patch = flag(value, "allowPatch");
  who.quorum = count(value, "quorum");
  for (const auto& entry : value.at("signers").as_array())
    who.signers.push_back({fixed_hex<32>(entry.at("namespace")),
                           fixed_hex<32>(entry.at("publicKey"))});
  if (has(value, "prologue"))
    who.prologue = base::manifest_prologue{
        fixed_hex<32>(part(value, "prologue").at("hash")),
        count(part(value, "prologue"), "length")};
  if (has(value, "userData"))
    who.user_data = hex(value.at("userData"));
  if (has(value, "linked")) {
    who.linked.emplace();
    for (const auto& key : value.at("linked").as_array())
      who.linked->push_back(fixed_hex<32>(key));
  }
  return base::encode(who);
}

message to_sync(const json::object& value) {
  replication::sync what;
  what.fork = count(value, "fork");
  what.length = count(value, "length");
  what.remote_length = count(value, "remoteLength");
  what.can_upgrade = flag(value, "canUpgrade");
  what.uploading = flag(value, "uploading");
  what.downloading = flag(value, "downloading");
  what.has_manifest = flag(value, "hasManifest");
  what.allow_push = flag(value, "allowPush");
  return what;
}

message to_request(const json::object& value) {
  base::proof_request what;
  what.id = count(value, "id");
  what.fork = count(value, "fork");
  what.priority = count(value, "priority");
  what.manifest = flag(value, "manifest");
  if (has(value, "block"))
    what.block = target(part(value, "block"));
  if (has(value, "hash"))
    what.hash = target(part(value, "hash"));
  if (has(value, "seek"))
    what.seek = base::seek_target{count(part(value, "seek"), "bytes"),
                                  count(part(value, "seek"), "padding")};
  if (has(value, "upgrade"))
    what.upgrade =
        base::upgrade_target{count(part(value, "upgrade"), "start"),
                             count(part(value, "upgrade"), "length")};
  return what;
}

base::upgrade_part to_upgrade(const json::object& value) {
  return {count(value, "start"), count(value, "length"), nodes(value, "nodes"),
          nodes(value, "additionalNodes"), hex(value.at("signature"))};
}

message to_data(const json::object& value) {
  base::proof what;
  what.request = count(value, "request");
  what.fork = count(value, "fork");
  if (has(value, "block"))
    what.block = base::block_part{count(part(value, "block"), "index"),
                                  hex(part(value, "block").at("value")),
                                  nodes(part(value, "block"), "nodes")};
  if (has(value, "hash"))
    what.hash = base::hash_part{count(part(value, "hash"), "index"),
                                nodes(part(value, "hash"), "nodes")};
  if (has(value, "seek"))
    what.seek = base::seek_part{count(part(value, "seek"), "bytes"),
                                nodes(part(value, "seek"), "nodes")};
  if (has(value, "upgrade"))
    what.upgrade = to_upgrade(part(value, "upgrade"));
  if (has(value, "manifest"))
    what.manifest = manifest_of(part(value, "manifest"));
  return what;
}

message to_no_data(const json::object& value) {
  return no_data{count(value, "request"),
                 static_cast<base::no_data_reason>(count(value, "reason"))};
}

message to_bitfield(const json::object& value) {
  bitfield what{count(value, "start"), {}};
  for (const auto& word : value.at("bitfield").as_array())
    what.words.push_back(static_cast<std::uint32_t>(number(word)));
  return what;
}

} // namespace

bool has(const json::object& from, std::string_view member) {
  const auto* found = from.if_contains(member);
  return found != nullptr && !found->is_null();
}

std::optional<message> to_message(std::string_view name,
                                  const json::object& value) {
  auto start = count(value, "start");
  auto length = count(value, "length");
  if (name == "sync")
    return to_sync(value);
  if (name == "request")
    return to_request(value);
  if (name == "cancel")
    return cancel{count(value, "request")};
  if (name == "data")
    return to_data(value);
  if (name == "noData")
    return to_no_data(value);
  if (name == "want")
    return want{start, length, flag(value, "any")};
  if (name == "unwant")
    return unwant{start, length, flag(value, "any")};
  if (name == "bitfield")
    return to_bitfield(value);
  if (name == "range")
    return range{flag(value, "drop"), start, length};
  if (name == "extension")
    return extension{text(value.at("name")), hex(value.at("message"))};
  return std::nullopt;
}

handshake to_handshake(const json::object& value) {
  return {flag(value, "seeks"), fixed_hex<32>(value.at("capability"))};
}

} // namespace hyper::test
