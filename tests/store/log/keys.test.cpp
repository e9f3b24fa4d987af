#define CAF_SUITE log_keys

#include "store/log/keys.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

// The recorded values are replayed by tests/vectors/replay_log_keys.cpp.

CAF_TEST(a primary key is raw bytes or hex) {
  base::bytes raw(32, 0xab);
  auto hex = base::to_hex(raw);
  CAF_CHECK(log::parse_primary_key(raw).ok());
  CAF_CHECK(*log::parse_primary_key(base::as_bytes(hex + "\n")) ==
            *log::parse_primary_key(raw));
  CAF_CHECK(*log::parse_primary_key(base::as_bytes("  " + hex)) ==
            *log::parse_primary_key(raw));
}

CAF_TEST(anything else is no primary key) {
  for (auto text : {"", " ", "abcd", "\n\n",
                    "zz000000000000000000000000000000"
                    "00000000000000000000000000000000"}) {
    auto key = log::parse_primary_key(base::as_bytes(text));
    CAF_REQUIRE(!key);
    CAF_CHECK(key.failure().code == base::errc::malformed);
  }
  CAF_CHECK(!log::parse_primary_key(base::bytes(31)));
  CAF_CHECK(!log::parse_primary_key(base::bytes(33)));
}

CAF_TEST(names and name spaces make different keys) {
  log::primary_key primary{7};
  auto below = log::derive_name_space(log::root_name_space, "a");
  auto database = log::derive_key_pair(primary, log::root_name_space,
                                       log::name_of_database);
  CAF_CHECK(database != log::derive_key_pair(primary, log::root_name_space,
                                             log::name_of_server));
  CAF_CHECK(database !=
            log::derive_key_pair(primary, below, log::name_of_database));
  CAF_CHECK(database != log::derive_key_pair({8}, log::root_name_space,
                                             log::name_of_database));
}

CAF_TEST(a manifest belongs to its hash and a compat one to its signer) {
  auto pair = base::make_key_pair({1});
  auto who = log::single_signer_manifest(pair.pub);
  CAF_CHECK_EQUAL(base::encode(who).size(), 70u);
  auto key = log::log_key(who);
  CAF_CHECK(log::belongs_to(who, key));
  CAF_CHECK(!log::is_compat(key, who));
  CAF_CHECK(log::is_compat(pair.pub, log::compat_manifest(pair.pub)));
  CAF_CHECK(!log::belongs_to(who, {}));
}

CAF_TEST(a capability is bound to role and stream) {
  base::public_key key{1};
  CAF_CHECK(log::capability(key, {1}, true) !=
            log::capability(key, {1}, false));
  CAF_CHECK(log::capability(key, {1}, true) != log::capability(key, {2}, true));
  CAF_CHECK(log::discovery_key(key) != log::discovery_key({2}));
}
