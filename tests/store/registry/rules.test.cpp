#define CAF_SUITE registry_rules

#include "store/registry/rules.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::registry;

namespace {

const base::public_key alice{1};
const base::public_key bob{2};

std::string says(action what, std::string_view name,
                 const std::optional<holder>& now,
                 name_policy policy = name_policy::strict) {
  return response_text(decide(policy, {what, std::string{name}, alice}, now));
}

} // namespace

CAF_TEST(a register is answered in the words of the original) {
  CAF_CHECK_EQUAL(says(action::put, "a", std::nullopt), "OK");
  CAF_CHECK_EQUAL(says(action::put, "a", holder{alice}), "IDEMPOTENT");
  CAF_CHECK_EQUAL(says(action::put, "a", holder{bob}),
                  "ERR:Username already taken");
  CAF_CHECK_EQUAL(says(action::put, "A", std::nullopt),
                  "ERR:Invalid username: no upper case letters are allowed "
                  "(try a)");
  CAF_CHECK_EQUAL(says(action::put, "A", std::nullopt, name_policy::any), "OK");
}

CAF_TEST(a delete is answered in the words of the original) {
  CAF_CHECK_EQUAL(says(action::del, "a", holder{alice}), "OK");
  CAF_CHECK_EQUAL(says(action::del, "a", std::nullopt),
                  "ERR:Username not found");
  CAF_CHECK_EQUAL(says(action::del, "a", holder{bob}),
                  "ERR:Unauthorized: only the owner can delete this username");
}

CAF_TEST(an owner may delete a name that is against the rules now) {
  CAF_CHECK_EQUAL(says(action::del, "Old Name", holder{alice}), "OK");
}

CAF_TEST(an entry whose value is no key is not given away) {
  CAF_CHECK_EQUAL(says(action::put, "a", holder{}),
                  "ERR:Username already taken");
  CAF_CHECK_EQUAL(says(action::del, "a", holder{}),
                  "ERR:Unauthorized: only the owner can delete this username");
}

CAF_TEST(a text is read as the decision that it was made from) {
  for (auto what : {verdict::accepted, verdict::idempotent, verdict::taken,
                    verdict::not_found, verdict::unauthorized})
    CAF_CHECK(parse_response(response_text({what, {}})) ==
              (decision{what, {}}));
  HYPER_PROPERTY("reasons", [](const std::string& reason) {
    decision made{verdict::invalid, reason};
    RC_ASSERT(parse_response(response_text(made)) == made);
  });
  CAF_CHECK(!parse_response("ERR:something else"));
  CAF_CHECK(!parse_response(""));
}
