// corestore-keys.json: derivation, manifests, keys, capabilities.

#include "base/text.hpp"
#include "store/log/keys.hpp"
#include "store/log/signature.hpp"
#include "tests/support/vectors.hpp"

namespace {

using namespace hyper;
using test::fixed_hex;
using test::json::object;

// A JSON member that is absent or null.
const test::json::value* optional_member(const object& from, const char* name) {
  const auto* found = from.if_contains(name);
  return found != nullptr && !found->is_null() ? found : nullptr;
}

void replay_keys_of_log(const object& entry, const base::public_key& key,
                        test::report& out) {
  out.equal(key, test::text(entry.at("key")), "key");
  out.equal(log::discovery_key(key), test::text(entry.at("discoveryKey")),
            "discovery key");
  out.check(base::to_z32(key) == test::text(entry.at("id")), "id");
  auto parsed = base::parse_key(test::text(entry.at("id")));
  out.check(parsed && *parsed == key, "id parses");
}

void replay_constants(const object& entry, test::report& out) {
  for (const char* family : {"corestore", "hypercore"}) {
    std::uint8_t i = 0;
    for (const auto& value : entry.at(family).as_array())
      out.equal(base::namespace_constant(family, i++), test::text(value),
                family);
  }
  out.equal(log::root_name_space, test::text(entry.at("defaultStoreNamespace")),
            "root name space");
  out.equal(base::as_bytes("hypercore"),
            test::text(entry.at("discoveryKeyMessage")), "discovery message");
}

void replay_named(const object& entry, test::report& out) {
  auto primary = log::parse_primary_key(test::hex(entry.at("primaryKey")));
  out.check(primary.ok(), "primary key");
  auto space = log::root_name_space;
  for (const auto& name : entry.at("namespacePath").as_array())
    space = log::derive_name_space(space, test::text(name));
  out.equal(space, test::text(entry.at("namespace")), "name space");
  auto name = test::text(entry.at("name"));
  out.equal(log::derive_seed(*primary, space, name),
            test::text(entry.at("seed")), "seed");
  auto pair = log::derive_key_pair(*primary, space, name);
  out.equal(pair.pub, test::text(entry.at("publicKey")), "public key");
  out.equal(pair.secret, test::text(entry.at("secretKey")), "secret key");
  auto who = log::single_signer_manifest(pair.pub);
  out.equal(base::encode(who), test::text(entry.at("manifest")), "manifest");
  replay_keys_of_log(entry, log::log_key(who), out);
}

base::manifest to_manifest(const object& entry) {
  base::manifest who;
  who.version = test::number(entry.at("version"));
  who.quorum = test::number(entry.at("quorum"));
  who.allow_patch = entry.at("allowPatch").as_bool();
  for (const auto& one : entry.at("signers").as_array())
    who.signers.push_back({fixed_hex<32>(one.at("namespace")),
                           fixed_hex<32>(one.at("publicKey"))});
  if (const auto* prologue = optional_member(entry, "prologue"))
    who.prologue = {fixed_hex<32>(prologue->at("hash")),
                    test::number(prologue->at("length"))};
  if (const auto* linked = optional_member(entry, "linked")) {
    who.linked.emplace();
    for (const auto& key : linked->as_array())
      who.linked->push_back(fixed_hex<32>(key));
  }
  if (const auto* data = optional_member(entry, "userData"))
    who.user_data = test::hex(*data);
  return who;
}

void replay_manifest(const object& entry, test::report& out) {
  auto who = to_manifest(entry);
  auto encoded = test::hex(entry.at("encoded"));
  out.equal(base::encode(who), test::text(entry.at("encoded")), "encoded");
  auto decoded = base::decode_manifest(encoded);
  out.check(decoded && *decoded == who, "decoded");
  out.check(log::belongs_to(who, fixed_hex<32>(entry.at("key"))), "belongs");
  replay_keys_of_log(entry, log::log_key(who), out);
  test::mutate(encoded, 256, [&](base::bytes_view bad) {
    auto other = base::decode_manifest(bad);
    if (other && *other != who)
      out.check(!log::belongs_to(*other, fixed_hex<32>(entry.at("key"))),
                "a changed manifest has another key");
  });
}

void replay_compat(const object& entry, test::report& out) {
  auto pub = fixed_hex<32>(entry.at("publicKey"));
  out.check(log::is_compat(pub, log::compat_manifest(pub)), "compat");
  out.check(log::belongs_to(log::compat_manifest(pub), pub), "belongs");
  replay_keys_of_log(entry, pub, out);
}

void replay_capability(const object& entry, test::report& out) {
  auto key = fixed_hex<32>(entry.at("key"));
  auto handshake = fixed_hex<64>(entry.at("handshakeHash"));
  out.equal(log::capability(key, handshake, true),
            test::text(entry.at("initiator")), "initiator");
  out.equal(log::capability(key, handshake, false),
            test::text(entry.at("responder")), "responder");
}

void each(const object& file, const char* part,
          void (*replay)(const object&, test::report&), test::report& out) {
  for (const auto& entry : file.at(part).as_array())
    replay(entry.as_object(), out);
}

void run(const object& file, test::report& out) {
  replay_constants(file.at("constants").as_object(), out);
  each(file, "named", replay_named, out);
  each(file, "manifests", replay_manifest, out);
  each(file, "compat", replay_compat, out);
  each(file, "capability", replay_capability, out);
}

bool accepts(const object& file) {
  return file.contains("named") && file.contains("manifests") &&
         file.contains("capability");
}

const test::register_replayer here{{"log keys", accepts, run}};

} // namespace
