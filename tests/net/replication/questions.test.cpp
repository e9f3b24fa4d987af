#define CAF_SUITE net_replication_questions

#include "net/replication/questions.hpp"

#include "net/replication/limits.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::replication;

namespace {

base::proof_request asked_block(std::uint64_t index) {
  base::proof_request request;
  request.id = 1;
  request.block = base::proof_target{index, 0};
  return request;
}

base::proof with_block(std::uint64_t index) {
  base::proof proof;
  proof.request = 1;
  proof.block = base::block_part{index, {}, {}};
  return proof;
}

} // namespace

CAF_TEST(an answer has what was asked for and nothing else) {
  CAF_CHECK(is_answer(asked_block(3), with_block(3)));
  CAF_CHECK(!is_answer(asked_block(3), with_block(4)));
  CAF_CHECK(!is_answer(asked_block(3), base::proof{}));
  auto more = with_block(3);
  more.upgrade.emplace();
  CAF_CHECK(!is_answer(asked_block(3), more));
  more = with_block(3);
  more.manifest.emplace();
  CAF_CHECK(!is_answer(asked_block(3), more));
  auto other = with_block(3);
  other.fork = 1;
  CAF_CHECK(!is_answer(asked_block(3), other));
}

CAF_TEST(a seek may be left out) {
  auto asked = asked_block(3);
  asked.seek = base::seek_target{100, 0};
  CAF_CHECK(is_answer(asked, with_block(3)));
  auto proof = with_block(3);
  proof.seek = base::seek_part{100, {}};
  CAF_CHECK(is_answer(asked, proof));
  proof.seek->bytes = 101;
  CAF_CHECK(!is_answer(asked, proof));
}

CAF_TEST(a manifest alone is an answer to a manifest alone) {
  base::proof_request asked;
  asked.manifest = true;
  base::proof proof;
  CAF_CHECK(!is_answer(asked, proof));
  proof.manifest.emplace();
  CAF_CHECK(is_answer(asked, proof));
  asked.upgrade = base::upgrade_target{0, 5};
  CAF_CHECK(!is_answer(asked, proof));
  CAF_CHECK(holds_only_asked(asked, proof));
}

CAF_TEST(law_L8_requests of ours are limited) {
  questions all;
  for (std::uint64_t id = 0; id < asked_max; ++id) {
    auto request = asked_block(id);
    request.id = id;
    CAF_REQUIRE(all.add(request));
    CAF_CHECK(!all.add(request));
  }
  auto request = asked_block(1);
  request.id = asked_max;
  CAF_CHECK(!all.add(request));
  CAF_CHECK(all.take(5)->block->index == 5u);
  CAF_CHECK(!all.take(5).has_value());
  CAF_CHECK(all.add(request));
}
