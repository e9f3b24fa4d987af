#define CAF_SUITE registry_prefix_scan

#include "store/registry/prefix_scan.hpp"

#include "store/bee/keys.hpp"
#include "tests/support/property.hpp"

#include <set>

using namespace hyper;
using namespace hyper::registry;

namespace {

struct before {
  bool operator()(const base::bytes& left, const base::bytes& right) const {
    return base::less(left, right);
  }
};

/// Keys in memory, and how many of them a scan has looked at.
struct keys_in_memory {
  std::set<base::bytes, before> keys;
  std::size_t looked_at = 0;
  std::size_t longest_asked = 0;

  base::status operator()(const base::bytes& from,
                          const std::optional<base::bytes>& until,
                          kv::direction way, const kv::visitor& visit) {
    longest_asked =
        std::max({longest_asked, from.size(), until ? until->size() : 0});
    std::vector<base::bytes> found;
    for (const auto& key : keys)
      if (!base::less(key, from) && !(until && !base::less(key, *until)))
        found.push_back(key);
    if (way == kv::direction::backward)
      std::reverse(found.begin(), found.end());
    for (const auto& key : found) {
      ++looked_at;
      if (!visit(key, {}))
        break;
    }
    return base::unit{};
  }
};

std::vector<std::string> found_by(keys_in_memory& keys, std::string_view prefix,
                                  kv::direction way, std::size_t limit = 1000) {
  std::vector<std::string> out;
  auto done = scan_prefix(std::ref(keys), prefix, {}, std::nullopt, way,
                          [&](base::bytes_view key, base::bytes_view) {
                            out.emplace_back(*bee::decode_name(key));
                            return out.size() < limit;
                          });
  CAF_CHECK(done.ok());
  return out;
}

/// A name over few letters, some of them long, some with the last byte ff.
std::string any_name() {
  auto length = *rc::gen::weightedOneOf<std::size_t>(
      {{8, rc::gen::inRange<std::size_t>(0, 6)},
       {2, rc::gen::inRange<std::size_t>(250, 260)},
       {1, rc::gen::element<std::size_t>(509, 511, 512, 767)}});
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(length, 5); ++i)
    out += *rc::gen::element('a', 'b', '\xff');
  return out + std::string(length - out.size(), 'a');
}

} // namespace

CAF_TEST(a prefix finds its names in every length and in both directions) {
  HYPER_PROPERTY("prefix", [] {
    keys_in_memory keys;
    auto count = *rc::gen::inRange(0, 40);
    for (int i = 0; i < count; ++i)
      keys.keys.insert(bee::encode_name(any_name()));
    auto prefix = any_name();
    prefix.resize(std::min<std::size_t>(prefix.size(), 3));
    std::vector<std::string> want;
    for (const auto& key : keys.keys) {
      std::string name{*bee::decode_name(key)};
      if (name.compare(0, prefix.size(), prefix) == 0)
        want.push_back(name);
    }
    RC_ASSERT(found_by(keys, prefix, kv::direction::forward) == want);
    std::reverse(want.begin(), want.end());
    RC_ASSERT(found_by(keys, prefix, kv::direction::backward) == want);
  });
}

CAF_TEST(a prefix longer than names skips them and asks for no longer key) {
  keys_in_memory keys;
  for (std::size_t length : {1, 100, 252, 253, 600, 5000, 5001})
    keys.keys.insert(bee::encode_name(std::string(length, 'a')));
  for (auto way : {kv::direction::forward, kv::direction::backward})
    for (std::size_t length : {2, 251, 252, 253, 509, 600, 4999, 5000, 5002}) {
      keys.longest_asked = 0;
      std::size_t found = found_by(keys, std::string(length, 'a'), way).size();
      std::size_t want = 0;
      for (const auto& key : keys.keys)
        want += bee::decode_name(key)->size() >= length ? 1 : 0;
      CAF_CHECK_EQUAL(found, want);
      CAF_CHECK_LESS_OR_EQUAL(keys.longest_asked, length + 3 + 1);
      if (length > 5001)
        CAF_CHECK_LESS(keys.longest_asked, 10u);
    }
}

CAF_TEST(names without the prefix are skipped and not looked at) {
  keys_in_memory keys;
  for (int i = 0; i < 1000; ++i) {
    auto name = std::to_string(i);
    keys.keys.insert(bee::encode_name("a" + name));
    keys.keys.insert(bee::encode_name("z" + name));
  }
  for (auto way : {kv::direction::forward, kv::direction::backward}) {
    keys.looked_at = 0;
    CAF_CHECK_EQUAL(found_by(keys, "m", way).size(), 0u);
    CAF_CHECK(keys.looked_at <= 8); // three lengths
    keys.looked_at = 0;
    CAF_CHECK_EQUAL(found_by(keys, "a99", way).size(), 11u);
    CAF_CHECK(keys.looked_at <= 20);
  }
}

CAF_TEST(a visitor ends the scan) {
  keys_in_memory keys;
  for (const char* name : {"a", "ab", "abc"})
    keys.keys.insert(bee::encode_name(name));
  CAF_CHECK_EQUAL(found_by(keys, "a", kv::direction::forward, 2).size(), 2u);
}
