#include "store/log/keys.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace hyper::log {

namespace {

// Constants of the family "hypercore" that are used here.
constexpr std::uint8_t of_initiator = 1;
constexpr std::uint8_t of_responder = 2;
constexpr std::uint8_t of_manifest = 3;
constexpr std::uint8_t of_signer = 4;

const base::hash32& constant_of_seeds() {
  static const auto value = base::namespace_constant("corestore", 0);
  return value;
}

const base::hash32& constant_of_manifest() {
  static const auto value = base::namespace_constant("hypercore", of_manifest);
  return value;
}

std::string_view without_space(std::string_view text) {
  constexpr auto space = " \t\r\n";
  auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

} // namespace

base::result<primary_key> parse_primary_key(base::bytes_view content) {
  if (content.size() == sizeof(primary_key))
    return base::take<sizeof(primary_key)>(content);
  auto raw = base::from_hex(without_space(base::as_text(content)));
  if (!raw || raw->size() != sizeof(primary_key))
    return base::error{base::errc::malformed,
                       "log: a primary key has 32 bytes or 64 hex digits"};
  return base::take<sizeof(primary_key)>(*raw);
}

name_space derive_name_space(const name_space& parent, std::string_view name) {
  return base::blake2b({parent, base::as_bytes(name)});
}

base::seed derive_seed(const primary_key& from, const name_space& space,
                       std::string_view name) {
  return base::keyed_blake2b(
      from, {constant_of_seeds(), space, base::as_bytes(name)});
}

base::key_pair derive_key_pair(const primary_key& from, const name_space& space,
                               std::string_view name) {
  return base::make_key_pair(derive_seed(from, space, name));
}

const base::hash32& default_signer_name_space() {
  static const auto value = base::namespace_constant("hypercore", of_signer);
  return value;
}

base::manifest single_signer_manifest(const base::public_key& signer) {
  base::manifest who;
  who.signers.push_back({default_signer_name_space(), signer});
  return who;
}

base::manifest compat_manifest(const base::public_key& log_key) {
  auto who = single_signer_manifest(log_key);
  who.version = 0;
  return who;
}

bool is_compat(const base::public_key& log_key, const base::manifest& who) {
  return who.signers.size() == 1 && who.signers.front().pub == log_key;
}

base::public_key log_key(const base::manifest& who) {
  return base::blake2b({constant_of_manifest(), base::encode(who)});
}

bool belongs_to(const base::manifest& who, const base::public_key& key) {
  return is_compat(key, who) || log_key(who) == key;
}

base::hash32 discovery_key(const base::public_key& log_key) {
  return base::keyed_blake2b(log_key, {base::as_bytes("hypercore")});
}

base::hash32 capability(const base::public_key& log_key,
                        const base::hash64& handshake, bool is_initiator) {
  auto role = base::namespace_constant(
      "hypercore", is_initiator ? of_initiator : of_responder);
  return base::keyed_blake2b(handshake, {role, log_key});
}

} // namespace hyper::log
