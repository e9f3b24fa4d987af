#define CAF_SUITE net_dht_reachability

#include "net/dht/reachability.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::dht;

namespace {

constexpr std::uint16_t port = 49737;
constexpr base::endpoint seen_as{{9, 9, 9, 9}, 1234};
constexpr base::endpoint server{{9, 9, 9, 9}, port};

base::endpoint node(std::uint8_t number) {
  return {{1, 1, 1, number}, 30001};
}

reachability ask(std::uint8_t count) {
  std::vector<base::endpoint> asked;
  for (std::uint8_t i = 1; i <= count; ++i)
    asked.push_back(node(i));
  return {asked, seen_as, port};
}

void answer(reachability& check, std::uint8_t number,
            const base::endpoint& to = server) {
  check.note_arrival(node(number).host);
  check.handle_answer(node(number), to);
}

} // namespace

CAF_TEST(three of five answers prove it) {
  auto check = ask(5);
  for (std::uint8_t i = 1; i <= 3; ++i)
    answer(check, i);
  CAF_CHECK(!check.over());
  check.handle_failure();
  check.handle_failure();
  CAF_REQUIRE(check.over());
  CAF_REQUIRE(check.proof().has_value());
  CAF_CHECK(check.proof()->address() == server);
}

CAF_TEST(two of five do not ) {
  auto check = ask(5);
  answer(check, 1);
  answer(check, 2);
  for (int i = 0; i < 3; ++i)
    check.handle_failure();
  CAF_CHECK(!check.proof());
}

CAF_TEST(one is enough where there are few) {
  auto check = ask(1);
  answer(check, 1);
  CAF_CHECK(check.proof().has_value());
}

CAF_TEST(answers on the wrong socket prove nothing) {
  auto check = ask(1);
  check.handle_answer(node(1), server);
  CAF_CHECK(!check.proof());
}

CAF_TEST(the host must be the one that is known) {
  auto check = ask(1);
  answer(check, 1, {{8, 8, 8, 8}, port});
  CAF_CHECK(!check.proof());
}

CAF_TEST(the port must be the local one) {
  auto check = ask(1);
  answer(check, 1, {seen_as.host, 50000});
  CAF_CHECK(!check.proof());
}

CAF_TEST(ports that differ prove nothing) {
  auto check = ask(2);
  answer(check, 1, server);
  answer(check, 2, {seen_as.host, 50000});
  CAF_CHECK(!check.proof());
}
