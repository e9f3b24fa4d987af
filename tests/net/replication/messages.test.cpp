#define CAF_SUITE net_replication_messages

#include "net/replication/messages.hpp"

#include "base/text.hpp"
#include "tests/net/replication/recorded.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::replication;

namespace {

std::string encoded(const message& what) {
  return base::to_hex(encode(what));
}

template <class T>
T decoded(const char* hex) {
  auto type = type_of(message{T{}});
  return std::get<T>(*decode(type, *base::from_hex(hex)));
}

bool fails(std::uint64_t type, const char* hex) {
  return !decode(type, *base::from_hex(hex)).ok();
}

} // namespace

CAF_TEST(every recorded payload is read and written again) {
  auto all = test::recorded_messages();
  CAF_CHECK(all.size() > 400);
  for (const auto& one : all) {
    auto what = decode(one.type, one.payload);
    CAF_REQUIRE(what.ok());
    CAF_CHECK_EQUAL(encoded(*what), base::to_hex(one.payload));
    CAF_CHECK_EQUAL(type_of(*what), one.type);
  }
}

CAF_TEST(flags of a sync) {
  CAF_CHECK_EQUAL(
      encoded(replication::sync{0, 5, 3, true, true, true, true, false}),
      "0f000503");
  auto read = decoded<replication::sync>("1a01fcfdfd00");
  CAF_CHECK(
      (read == replication::sync{1, 252, 253, false, true, false, true, true}));
}

CAF_TEST(a priority of 0 is left out) {
  base::proof_request request;
  request.id = 2;
  request.block = base::proof_target{7, 3};
  CAF_CHECK_EQUAL(encoded(request), "0102000703");
  request.priority = 1;
  CAF_CHECK_EQUAL(encoded(request), "210200070301");
}

CAF_TEST(a reason may be left out and an unknown one is none) {
  using base::no_data_reason;
  CAF_CHECK((decoded<no_data>("07") == no_data{7, no_data_reason::none}));
  CAF_CHECK((decoded<no_data>("070109") == no_data{7, no_data_reason::none}));
  CAF_CHECK_EQUAL(encoded(no_data{7, no_data_reason::none}), "0700");
  CAF_CHECK_EQUAL(encoded(no_data{7, no_data_reason::invalid_request}),
                  "070102");
}

CAF_TEST(a range of one block has no length and an empty one has) {
  CAF_CHECK_EQUAL(encoded(range{false, 5, 1}), "0205");
  CAF_CHECK_EQUAL(encoded(range{true, 5, 0}), "010500");
  CAF_CHECK((decoded<range>("000501") == range{false, 5, 1}));
}

CAF_TEST(an empty block is a block) {
  auto read = decoded<base::proof>("010300000000");
  CAF_REQUIRE(read.block.has_value());
  CAF_CHECK(read.block->value.empty());
}

CAF_TEST(a manifest comes out in canonical form) {
  // Versions, flags and counts in three bytes where one is enough.
  auto name_space = std::string(64, 'a');
  auto key = std::string(64, 'b');
  auto wide = "100600fd0100fd0000fd0000fd0100fd010000" + name_space + key;
  auto read = std::get<base::proof>(*decode(3, *base::from_hex(wide)));
  CAF_CHECK_EQUAL(base::to_hex(*read.manifest),
                  "010000010100" + name_space + key);
}

CAF_TEST(bytes left over are ignored) {
  CAF_CHECK((decoded<cancel>("07aabb") == cancel{7}));
  CAF_CHECK((decoded<range>("0205ff") == range{false, 5, 1}));
}

CAF_TEST(short input and announced giants are errors) {
  for (std::uint64_t type = 0; type < message_types; ++type)
    CAF_CHECK(fails(type, ""));
  CAF_CHECK(fails(0, "070000"));
  CAF_CHECK(fails(1, "08010000"));
  CAF_CHECK(fails(3, "01000003ffffffffffffff1f00"));
  CAF_CHECK(fails(3, "0100000000fe01001000"));
  CAF_CHECK(fails(7, "00fe01001000"));
  CAF_CHECK(fails(3, "10000003"));
}

CAF_TEST(damaged payloads are errors or other messages) {
  for (const auto& one : test::recorded_messages())
    test::mutate(one.payload, 64, [&](base::bytes_view bad) {
      if (auto what = decode(one.type, bad))
        CAF_CHECK(*decode(one.type, encode(*what)) == *what);
    });
}
