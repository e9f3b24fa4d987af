#define CAF_SUITE net_dht_commands

#include "net/dht/commands.hpp"

#include "net/dht/flags.hpp"
#include "tests/support/property.hpp"

using namespace hyper;

CAF_TEST(commands are not internal ones of the same number) {
  CAF_CHECK(dht::code_of(dht::command::peer_handshake).number ==
            dht::internal::ping.number);
  CAF_CHECK(
      !(dht::code_of(dht::command::peer_handshake) == dht::internal::ping));
}

CAF_TEST(a flag is set for what is there) {
  CAF_CHECK_EQUAL(dht::flag_if(true, 8), 8u);
  CAF_CHECK_EQUAL(dht::flag_if(false, 8), 0u);
}
