#define CAF_SUITE net_replication_provable

#include "net/replication/provable.hpp"

#include "base/codec.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::replication;

namespace {

const head ten{0, 10, true};

block_set all_of(std::uint64_t length) {
  block_set blocks;
  blocks.insert({0, length});
  return blocks;
}

prospect judged(const base::proof_request& request) {
  return judge(request, ten, all_of(10));
}

base::proof_request block(std::uint64_t index, std::uint64_t nodes,
                          std::uint64_t fork = 0) {
  base::proof_request request;
  request.fork = fork;
  request.block = base::proof_target{index, nodes};
  return request;
}

base::proof_request hash(std::uint64_t index, std::uint64_t nodes) {
  base::proof_request request;
  request.hash = base::proof_target{index, nodes};
  return request;
}

base::proof_request upgrade(std::uint64_t start, std::uint64_t length) {
  base::proof_request request;
  request.upgrade = base::upgrade_target{start, length};
  return request;
}

} // namespace

CAF_TEST(blocks that are there) {
  CAF_CHECK(judged(block(3, 3)) == prospect::provable);
  CAF_CHECK(judged(block(9, 1)) == prospect::provable);
  CAF_CHECK(judged(block(10, 0)) == prospect::not_available);
  CAF_CHECK(judged(block(3, 0, 1)) == prospect::not_available);
  auto gap = all_of(10);
  gap.erase({3, 1});
  CAF_CHECK(judge(block(3, 0), ten, gap) == prospect::not_available);
  CAF_CHECK(judge(block(4, 0), ten, gap) == prospect::provable);
}

CAF_TEST(climbing past the end) {
  CAF_CHECK(judged(block(3, 4)) == prospect::invalid);
  CAF_CHECK(judged(block(9, 2)) == prospect::invalid);
  CAF_CHECK(judged(block(3, base::uint_max)) == prospect::invalid);
  CAF_CHECK(judged(hash(7, 0)) == prospect::provable);
  CAF_CHECK(judged(hash(7, 1)) == prospect::invalid);
}

CAF_TEST(nodes that do not exist) {
  CAF_CHECK(judged(hash(20, 0)) == prospect::invalid);
  CAF_CHECK(judged(hash(21, 0)) == prospect::invalid);
  CAF_CHECK(judged(hash(22, 0)) == prospect::impossible);
  CAF_CHECK(judged(hash(40, 0)) == prospect::impossible);
  CAF_CHECK(judged(hash(base::uint_max, 5)) == prospect::invalid);
  CAF_CHECK(judged(hash(base::uint_max - 1, base::uint_max)) ==
            prospect::impossible);
}

CAF_TEST(upgrades) {
  CAF_CHECK(judged(upgrade(0, 10)) == prospect::provable);
  CAF_CHECK(judged(upgrade(5, 5)) == prospect::provable);
  CAF_CHECK(judged(upgrade(5, 0)) == prospect::invalid);
  CAF_CHECK(judged(upgrade(5, 6)) == prospect::invalid);
  CAF_CHECK(judged(upgrade(base::uint_max, base::uint_max)) ==
            prospect::invalid);
}

CAF_TEST(a block inside the upgrade has its levels ignored) {
  auto request = upgrade(5, 5);
  request.block = base::proof_target{7, base::uint_max};
  CAF_CHECK(judged(request) == prospect::provable);
  request.block = base::proof_target{3, 3};
  CAF_CHECK(judged(request) == prospect::provable);
  request.block = base::proof_target{3, 4};
  CAF_CHECK(judged(request) == prospect::invalid);
  request = upgrade(2, 3);
  request.block = base::proof_target{7, 0};
  CAF_CHECK(judged(request) == prospect::invalid);
}

CAF_TEST(a seek does not go together with a block inside the upgrade) {
  auto request = upgrade(5, 5);
  request.seek = base::seek_target{100, 0};
  CAF_CHECK(judged(request) == prospect::provable);
  request.block = base::proof_target{7, 0};
  CAF_CHECK(judged(request) == prospect::invalid);
  request.block = base::proof_target{3, 0};
  CAF_CHECK(judged(request) == prospect::provable);
}

CAF_TEST(the manifest is given to readers of other forks as well) {
  auto request = upgrade(0, 10);
  request.fork = 1;
  CAF_CHECK(judged(request) == prospect::not_available);
  request.manifest = true;
  CAF_CHECK(judged(request) == prospect::provable);
  CAF_CHECK(judge(request, head{0, 10, false}, all_of(10)) ==
            prospect::not_available);
}

CAF_TEST(an empty log proves nothing whatever is asked) {
  CAF_CHECK(judge(upgrade(0, 5), head{}, {}) == prospect::provable);
  CAF_CHECK(judge(hash(100, 5), head{}, {}) == prospect::provable);
  CAF_CHECK(judge(block(0, 0), head{}, {}) == prospect::not_available);
}

CAF_TEST(law_L8_numbers of any size are judged quickly) {
  HYPER_PROPERTY("any request", [](std::uint64_t a, std::uint64_t b,
                                   std::uint64_t c, std::uint8_t parts) {
    base::proof_request request;
    a &= base::uint_max;
    b &= base::uint_max;
    c &= base::uint_max;
    if ((parts & 1) != 0)
      request.block = base::proof_target{a % 12, b};
    if ((parts & 2) != 0)
      request.hash = base::proof_target{b, c};
    if ((parts & 4) != 0)
      request.upgrade = base::upgrade_target{c, a};
    if ((parts & 8) != 0)
      request.seek = base::seek_target{a, c};
    auto verdict = judged(request);
    if (verdict == prospect::provable && request.block)
      RC_ASSERT(request.block->index < 10u);
  });
}
