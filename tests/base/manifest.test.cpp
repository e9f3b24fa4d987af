#define CAF_SUITE base_manifest

#include "base/manifest.hpp"

#include "base/text.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper::base;
using namespace hyper::test;

namespace {

std::vector<bytes> recorded() {
  std::vector<bytes> all;
  auto file = load_vectors("corestore-keys.json");
  for (const auto& entry : file.at("manifests").as_array())
    all.push_back(hex(entry.as_object().at("encoded")));
  return all;
}

manifest small() {
  manifest who;
  who.signers.push_back({hash32{1}, public_key{2}});
  return who;
}

std::string failure_of(const char* text) {
  auto who = decode_manifest(*from_hex(text));
  return who ? "" : who.failure().message;
}

} // namespace

CAF_TEST(every recorded manifest is read and written again) {
  for (const auto& encoded : recorded()) {
    auto who = decode_manifest(encoded);
    CAF_REQUIRE(who.ok());
    CAF_CHECK_EQUAL(to_hex(encode(*who)), to_hex(encoded));
  }
}

CAF_TEST(the parts are those of the recorded values) {
  auto file = load_vectors("corestore-keys.json");
  for (const auto& entry : file.at("manifests").as_array()) {
    const auto& want = entry.as_object();
    auto who = *decode_manifest(hex(want.at("encoded")));
    CAF_CHECK_EQUAL(who.version, number(want.at("version")));
    CAF_CHECK_EQUAL(who.quorum, number(want.at("quorum")));
    CAF_CHECK_EQUAL(who.allow_patch, want.at("allowPatch").as_bool());
    CAF_CHECK_EQUAL(who.signers.size(), want.at("signers").as_array().size());
    CAF_CHECK_EQUAL(who.prologue.has_value(), want.contains("prologue"));
    CAF_CHECK_EQUAL(who.linked.has_value(), want.contains("linked"));
    CAF_CHECK_EQUAL(who.user_data.has_value(), want.contains("userData"));
  }
}

CAF_TEST(a manifest ends where it ends and leaves the rest) {
  auto encoded = encode(small());
  CAF_CHECK_EQUAL(encoded.size(), 70u);
  append(encoded, bytes{0xaa, 0xbb});
  reader in{encoded};
  CAF_CHECK(decode_manifest(in) == small());
  CAF_CHECK_EQUAL(in.remaining(), 2u);
}

CAF_TEST(what is unknown is an error) {
  CAF_CHECK_EQUAL(failure_of("03"), "Unknown version");
  CAF_CHECK_EQUAL(failure_of("010001"), "Unknown hash id");
  CAF_CHECK_EQUAL(failure_of("01000001010100"), "Unknown signature id");
  CAF_CHECK_EQUAL(failure_of("000003"), "Unknown type");
  CAF_CHECK_EQUAL(failure_of("01000001fe01001000"), "Array is too big");
}

CAF_TEST(wide integers and unknown flags are read and written canonically) {
  auto canonical = encode(small());
  auto wide =
      concat(*from_hex("fd010010fd0000"), bytes_view{canonical}.subspan(3));
  auto who = decode_manifest(wide);
  CAF_REQUIRE(who.ok());
  CAF_CHECK_EQUAL(to_hex(encode(*who)), to_hex(canonical));
}

CAF_TEST(empty links and empty user data are not the same as none) {
  auto who = small();
  who.version = 2;
  who.linked.emplace();
  who.user_data.emplace();
  CAF_CHECK(*decode_manifest(encode(who)) == who);
}

CAF_TEST(damaged manifests are errors or other manifests and never a crash) {
  for (const auto& encoded : recorded())
    mutate(encoded, 0, [](bytes_view bad) {
      auto who = decode_manifest(bad);
      if (who)
        CAF_CHECK(*decode_manifest(encode(*who)) == *who);
    });
}
