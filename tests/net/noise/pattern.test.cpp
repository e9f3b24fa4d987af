#define CAF_SUITE noise_pattern

#include "net/noise/pattern.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper::noise;

CAF_TEST(names are shorter than the hash so that they are not hashed) {
  CAF_CHECK_EQUAL(protocol_name(pattern::xx).size(), 35u);
  CAF_CHECK_EQUAL(protocol_name(pattern::ik).size(), 35u);
}

CAF_TEST(messages and their steps) {
  CAF_CHECK_EQUAL(message_count(pattern::xx), 3u);
  CAF_CHECK_EQUAL(message_count(pattern::ik), 2u);
  CAF_CHECK_EQUAL(message_tokens(pattern::xx, 1).size(), 4u);
  CAF_CHECK(message_tokens(pattern::ik, 0)[3] == token::ss);
  CAF_CHECK(responder_is_known(pattern::ik));
  CAF_CHECK(!responder_is_known(pattern::xx));
}

CAF_TEST(the first letter is the key of the initiator) {
  CAF_CHECK(!uses_static(token::es, role::initiator));
  CAF_CHECK(uses_static(token::es, role::responder));
  CAF_CHECK(uses_static(token::se, role::initiator));
  CAF_CHECK(!uses_static(token::se, role::responder));
  CAF_CHECK(uses_static(token::ss, role::initiator));
  CAF_CHECK(!uses_static(token::ee, role::responder));
}
