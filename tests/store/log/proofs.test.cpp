#define CAF_SUITE log_proofs

#include "store/log/proofs.hpp"

#include "tests/store/log/arbitrary_log.hpp"
#include "tests/store/log/written_log.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using base::proof_request;
using log::refusal;

// What recorded requests get is replayed by tests/vectors/replay_log_tree.cpp.

namespace {

proof_request block_request(std::uint64_t index, std::uint64_t nodes = 0) {
  proof_request request;
  request.block = base::proof_target{index, nodes};
  return request;
}

proof_request hash_request(std::uint64_t index, std::uint64_t nodes = 0) {
  proof_request request;
  request.hash = base::proof_target{index, nodes};
  return request;
}

proof_request upgrade_request(std::uint64_t start, std::uint64_t length) {
  proof_request request;
  request.upgrade = base::upgrade_target{start, length};
  return request;
}

struct ten_blocks {
  test::written_log written;

  ten_blocks() { written.append_numbered(10); }

  std::optional<refusal> refused(const proof_request& request) {
    return refused(request, written.head());
  }
  std::optional<refusal> refused(const proof_request& request,
                                 const log::head& announced) {
    auto made = log::make_proof(*written.now(), announced, request);
    CAF_REQUIRE(made);
    if (const auto* why = std::get_if<refusal>(&*made))
      return *why;
    return std::nullopt;
  }
};

// Whether the proof names a node that a log of that length does not have.
bool reaches_beyond(const base::proof& proof, std::uint64_t length) {
  std::vector<base::tree_node> all;
  auto add = [&](const std::vector<base::tree_node>& list) {
    all.insert(all.end(), list.begin(), list.end());
  };
  if (proof.block)
    add(proof.block->nodes);
  if (proof.hash)
    add(proof.hash->nodes);
  if (proof.seek)
    add(proof.seek->nodes);
  if (proof.upgrade) {
    add(proof.upgrade->nodes);
    add(proof.upgrade->additional_nodes);
  }
  return std::any_of(all.begin(), all.end(), [&](const auto& node) {
    return base::flat_tree::last_leaf(node.index) >= 2 * length;
  });
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(proofs, ten_blocks)

CAF_TEST(what is not there is not available) {
  CAF_CHECK(refused(block_request(10)) == refusal::not_available);
  CAF_CHECK(refused(block_request(base::uint_max)) == refusal::not_available);
  auto other_fork = block_request(3);
  other_fork.fork = 1;
  CAF_CHECK(refused(other_fork) == refusal::not_available);
  CAF_REQUIRE(written.store().commit({log::no_block_record(3)}));
  CAF_CHECK(refused(block_request(3)) == refusal::not_available);
}

CAF_TEST(what no log could answer is invalid) {
  CAF_CHECK(refused(block_request(3, 20)) == refusal::invalid_request);
  CAF_CHECK(refused(upgrade_request(0, 11)) == refusal::invalid_request);
  CAF_CHECK(refused(upgrade_request(5, 0)) == refusal::invalid_request);
  CAF_CHECK(refused(upgrade_request(11, 1)) == refusal::invalid_request);
  CAF_CHECK(refused(upgrade_request(base::uint_max, base::uint_max)) ==
            refusal::invalid_request);
  auto behind = upgrade_request(0, 5);
  behind.block = base::proof_target{9, 0};
  CAF_CHECK(refused(behind) == refusal::invalid_request);
  auto across = upgrade_request(5, 5);
  across.hash = base::proof_target{7, 0};
  across.seek = base::seek_target{3, 0};
  CAF_CHECK(refused(across) == refusal::invalid_request);
}

CAF_TEST(a node past the end does not exist) {
  CAF_CHECK(refused(hash_request(40)) == refusal::no_such_node);
  CAF_CHECK(refused(hash_request(20)) == refusal::no_such_node);
  CAF_CHECK(refused(hash_request(15)) == refusal::no_such_node);
  CAF_CHECK(refused(hash_request(base::uint_max)) == refusal::no_such_node);
  CAF_CHECK(!refused(hash_request(7)));
}

CAF_TEST(a node that a copy with gaps misses is not available) {
  CAF_REQUIRE(written.store().commit({log::no_node_record(4)}));
  CAF_CHECK(refused(block_request(3, 2)) == refusal::not_available);
}

CAF_TEST(reasons are those of the wire) {
  CAF_CHECK(log::reason_of(refusal::not_available) ==
            base::no_data_reason::not_available);
  CAF_CHECK(log::reason_of(refusal::invalid_request) ==
            base::no_data_reason::invalid_request);
}

CAF_TEST(the manifest comes alone when nothing else can) {
  auto request = upgrade_request(0, 10);
  request.id = 7;
  request.fork = 1;
  request.manifest = true;
  auto alone = written.prove(request);
  CAF_CHECK_EQUAL(alone.request, 7u);
  CAF_CHECK_EQUAL(alone.fork, 0u);
  CAF_CHECK(!alone.upgrade);
  CAF_CHECK(alone.manifest == base::encode(written.id().who));
  proof_request nothing;
  CAF_CHECK(!written.prove(nothing).manifest);
}

CAF_TEST(an empty log has an empty proof) {
  test::written_log empty;
  auto proof = empty.prove(upgrade_request(0, 3));
  CAF_CHECK(!proof.upgrade);
}

CAF_TEST(a seek alone gives nothing) {
  proof_request request;
  request.seek = base::seek_target{3, 0};
  auto proof = written.prove(request);
  CAF_CHECK(!proof.seek && !proof.upgrade && !proof.block && !proof.hash);
}

CAF_TEST(law_L9_nothing shows beyond the announced end) {
  auto announced = written.head();
  written.append_numbered(6);
  CAF_CHECK(refused(block_request(10), announced) == refusal::not_available);
  CAF_CHECK(refused(hash_request(20), announced) == refusal::no_such_node);
  CAF_CHECK(refused(upgrade_request(0, 16), announced) ==
            refusal::invalid_request);
  CAF_CHECK(refused(block_request(3, 4), announced) ==
            refusal::invalid_request);
  auto proof = written.prove(upgrade_request(2, 3), announced);
  CAF_CHECK(!reaches_beyond(proof, 10));
  CAF_CHECK(proof.upgrade->signature == announced.signature);
}

CAF_TEST(properties) {
  HYPER_PROPERTY("an older end answers as it did when it was the end", [] {
    test::written_log log;
    log.append(test::arbitrary_blocks(20));
    auto length = log.head().length();
    RC_PRE(length > 0);
    proof_request request;
    if (*rc::gen::arbitrary<bool>())
      request.block = base::proof_target{test::arbitrary_number(0, length + 2),
                                         test::arbitrary_number(0, 6)};
    else
      request.hash = base::proof_target{test::arbitrary_number(0, 2 * length),
                                        test::arbitrary_number(0, 6)};
    if (*rc::gen::arbitrary<bool>())
      request.seek = base::seek_target{test::arbitrary_number(0, 60), 0};
    if (*rc::gen::arbitrary<bool>())
      request.upgrade =
          base::upgrade_target{test::arbitrary_number(0, length),
                               test::arbitrary_number(0, length + 2)};
    auto announced = log.head();
    auto before = *log::make_proof(*log.now(), announced, request);
    log.append(test::arbitrary_blocks(20));
    auto after = *log::make_proof(*log.now(), announced, request);
    RC_ASSERT(before == after);
    if (const auto* proof = std::get_if<base::proof>(&after))
      RC_ASSERT(!reaches_beyond(*proof, length));
  });
}

CAF_TEST_FIXTURE_SCOPE_END()
