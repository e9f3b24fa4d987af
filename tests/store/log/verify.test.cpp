#define CAF_SUITE log_verify

#include "store/log/verify.hpp"

#include "tests/store/log/arbitrary_log.hpp"
#include "tests/store/log/written_log.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using base::proof;
using base::proof_request;
using log::fault;

namespace {

std::optional<fault> fault_of(const log::verdict& verdict) {
  if (const auto* bad = std::get_if<log::rejected>(&verdict))
    return bad->why;
  return std::nullopt;
}

// A writer of ten blocks and a reader that holds its roots.
struct writer_and_reader {
  test::written_log written;
  test::reading_log reader{written.id().key};

  writer_and_reader() {
    written.append_numbered(10);
    CAF_REQUIRE(reader.upgrade(written));
  }

  std::optional<fault> fault_in(const proof_request& asked,
                                const proof& answer) {
    return fault_of(reader.verify(asked, answer));
  }

  static proof_request upgrade_request(std::uint64_t start,
                                       std::uint64_t length) {
    proof_request request;
    request.upgrade = base::upgrade_target{start, length};
    return request;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(verify, writer_and_reader)

CAF_TEST(a reader gets from a key to every block) {
  CAF_CHECK(reader.head() == written.head());
  for (std::uint64_t block = 0; block < 10; ++block)
    CAF_CHECK(reader.fetch(written, block));
  CAF_CHECK_EQUAL(reader.state().blocks.contiguous(), 10u);
  for (std::uint64_t block = 0; block < 10; ++block)
    CAF_CHECK(base::equal(**log::read_block(*reader.now(), block),
                          test::written_log::numbered(block)));
}

CAF_TEST(missing nodes are counted to the next known one) {
  auto missing = [&](std::uint64_t node) {
    return *log::missing_nodes(*reader.now(), reader.head().length(), node);
  };
  CAF_CHECK_EQUAL(missing(6), 3u);
  CAF_CHECK_EQUAL(missing(16), 1u);
  CAF_CHECK_EQUAL(missing(7), 0u);
  CAF_CHECK_EQUAL(missing(20), 0u);
  CAF_REQUIRE(reader.fetch(written, 3));
  CAF_CHECK_EQUAL(missing(6), 0u);
  CAF_CHECK_EQUAL(missing(4), 0u);
  CAF_CHECK_EQUAL(missing(0), 1u);
}

CAF_TEST(a block may come together with its upgrade) {
  written.append_numbered(3);
  auto wish = reader.wish_for_upgrade(13);
  wish.block = base::proof_target{11, 0};
  CAF_CHECK(reader.take(wish, written.prove(wish)));
  CAF_CHECK_EQUAL(reader.head().length(), 13u);
  CAF_CHECK(reader.state().blocks.contains(11));
}

CAF_TEST(an upgrade may lead further than it was asked to) {
  written.append_numbered(4);
  auto wish = reader.wish_for_upgrade(12);
  CAF_CHECK(reader.take(wish, written.prove(wish)));
  CAF_CHECK(reader.head() == written.head());
}

CAF_TEST(verifying against an overlay is verifying after the commit) {
  auto first = reader.wish_for_block(3);
  auto verdict = reader.verify(first, written.prove(first));
  auto below = reader.now();
  kv::overlay pending{*below};
  pending.apply(std::get<log::verified>(verdict).writes);
  proof_request second;
  second.block = base::proof_target{2, *log::missing_nodes(pending, 10, 4)};
  CAF_CHECK_EQUAL(second.block->nodes, 0u);
  auto answer = written.prove(second);
  auto good = log::verify(pending, reader.view(), second, answer);
  CAF_CHECK(std::holds_alternative<log::verified>(*good));
  CAF_CHECK(fault_in(second, answer) == fault::misplaced_node);
}

CAF_TEST(law_L6_what was not asked for is not stored) {
  auto asked = reader.wish_for_block(3);
  auto other = written.prove(reader.wish_for_block(4));
  CAF_CHECK(fault_in(asked, other) == fault::unasked);
  auto manifest = asked;
  manifest.manifest = true;
  CAF_CHECK(fault_in(asked, written.prove(manifest)) == fault::unasked);
  proof_request hash;
  hash.hash = base::proof_target{4, 0};
  CAF_CHECK(fault_in(asked, written.prove(hash)) == fault::unasked);
  CAF_CHECK(fault_in({}, written.prove(upgrade_request(0, 10))) ==
            fault::unasked);
  CAF_CHECK(fault_in(upgrade_request(1, 9),
                     written.prove(upgrade_request(0, 10))) == fault::unasked);
}

CAF_TEST(law_L6_changed blocks and nodes are not stored) {
  auto asked = reader.wish_for_block(3);
  auto good = written.prove(asked);
  auto bad = good;
  bad.block->value.push_back(1);
  CAF_CHECK(fault_in(asked, bad) == fault::wrong_hash);
  bad = good;
  bad.block->nodes[1].hash[0] ^= 1;
  CAF_CHECK(fault_in(asked, bad) == fault::wrong_hash);
  bad = good;
  bad.block->nodes[1].size += 1;
  CAF_CHECK(fault_in(asked, bad) == fault::wrong_hash);
  bad = good;
  std::swap(bad.block->nodes[0], bad.block->nodes[2]);
  CAF_CHECK(fault_in(asked, bad) == fault::misplaced_node);
  bad = good;
  bad.block->nodes.pop_back();
  CAF_CHECK(fault_in(asked, bad) == fault::misplaced_node);
  bad = good;
  bad.block->nodes.push_back(written.node(17));
  CAF_CHECK(fault_in(asked, bad) == fault::misplaced_node);
}

CAF_TEST(law_L6_a length without a right signature is not stored) {
  written.append_numbered(2);
  auto asked = reader.wish_for_upgrade(12);
  auto good = written.prove(asked);
  auto bad = good;
  bad.upgrade->signature[20] ^= 1;
  CAF_CHECK(fault_in(asked, bad) == fault::wrong_signature);
  bad = good;
  bad.upgrade->signature.erase(bad.upgrade->signature.begin(),
                               bad.upgrade->signature.begin() + 2);
  bad.upgrade->signature.resize(64);
  CAF_CHECK(fault_in(asked, bad) == fault::wrong_signature);
  bad = good;
  bad.upgrade->nodes[0].hash[0] ^= 1;
  CAF_CHECK(fault_in(asked, bad) == fault::wrong_signature);
  bad = good;
  bad.upgrade->nodes.pop_back();
  CAF_CHECK(fault_in(asked, bad) == fault::misplaced_node);
  bad = good;
  bad.upgrade->nodes.push_back(written.node(0));
  CAF_CHECK(fault_in(asked, bad) == fault::misplaced_node);
  bad = good;
  bad.upgrade->additional_nodes.push_back({24, 1, {}});
  CAF_CHECK(fault_in(asked, bad) == fault::wrong_signature);
}

CAF_TEST(law_L6_another signer is nobody) {
  test::written_log stranger{std::uint8_t{2}};
  stranger.append_numbered(12);
  test::reading_log fresh{written.id().key};
  auto asked = fresh.wish_for_upgrade(12);
  auto forged = stranger.prove(asked);
  CAF_CHECK(fault_of(fresh.verify(asked, forged)) == fault::wrong_manifest);
  forged.manifest = base::encode(written.id().who);
  CAF_CHECK(fault_of(fresh.verify(asked, forged)) == fault::wrong_signature);
  forged.manifest.reset();
  CAF_CHECK(fault_of(fresh.verify(asked, forged)) == fault::wrong_manifest);
  forged.manifest = base::bytes{9, 9};
  CAF_CHECK(fault_of(fresh.verify(asked, forged)) == fault::wrong_manifest);
}

CAF_TEST(a manifest may come alone and is believed for its hash) {
  test::reading_log fresh{written.id().key};
  proof_request asked;
  asked.manifest = true;
  asked.fork = 5; // whatever the fork
  CAF_CHECK(fresh.take(asked, written.prove(asked)));
  CAF_CHECK(fresh.state().who == written.id().who);
  CAF_CHECK_EQUAL(fresh.head().length(), 0u);
}

CAF_TEST(law_L6_a manifest without a hash needs a signature) {
  test::reading_log fresh{written.id().key};
  proof_request asked;
  asked.manifest = true;
  proof planted;
  planted.manifest = base::encode(log::compat_manifest(written.id().key));
  CAF_CHECK(fault_of(fresh.verify(asked, planted)) == fault::wrong_manifest);
}

CAF_TEST(forks are not mixed) {
  auto asked = reader.wish_for_block(3);
  auto good = written.prove(asked);
  auto other = good;
  other.fork = 1;
  CAF_CHECK(fault_in(asked, other) == fault::other_fork);
  written.truncate(6);
  auto claim = upgrade_request(0, 6);
  claim.fork = 1;
  auto signed_claim = written.prove(claim);
  CAF_CHECK(fault_in(claim, signed_claim) == fault::higher_fork);
  signed_claim.upgrade->signature[9] ^= 1;
  CAF_CHECK(fault_in(claim, signed_claim) == fault::wrong_signature);
  signed_claim.upgrade->nodes.pop_back();
  CAF_CHECK(fault_in(claim, signed_claim) == fault::misplaced_node);
}

CAF_TEST(a reader of a later fork ignores an older one) {
  written.truncate(6);
  test::reading_log later{written.id().key};
  auto asked = later.wish_for_upgrade(6);
  asked.fork = 1;
  CAF_CHECK(fault_of(later.verify(asked, written.prove(asked))) ==
            fault::higher_fork);
}

CAF_TEST(law_L6_two signed histories freeze the log) {
  test::written_log other;
  other.append(test::numbered_blocks(9));
  other.append({{1, 2, 3}});
  CAF_REQUIRE(other.id().key == written.id().key);
  auto check = upgrade_request(0, 10);
  auto verdict = reader.verify(check, other.prove(check));
  auto* found = std::get_if<log::conflict>(&verdict);
  CAF_REQUIRE(found != nullptr);
  CAF_REQUIRE(reader.store().commit(found->writes));
  auto again = log::open_reader(reader.store(), written.id().key);
  CAF_CHECK(again->frozen);
  CAF_CHECK(again->current == reader.head());
}

CAF_TEST(a check that finds the same history changes nothing) {
  auto check = upgrade_request(0, 10);
  auto verdict = reader.verify(check, written.prove(check));
  auto* same = std::get_if<log::verified>(&verdict);
  CAF_REQUIRE(same != nullptr);
  CAF_CHECK(!same->next);
  CAF_CHECK(written.holds(same->writes));
}

CAF_TEST(a check against a longer writer brings the longer head) {
  written.append_numbered(3);
  auto check = upgrade_request(0, 10);
  auto verdict = reader.verify(check, written.prove(check));
  auto* good = std::get_if<log::verified>(&verdict);
  CAF_REQUIRE(good != nullptr);
  CAF_CHECK(good->next == written.head());
}

CAF_TEST(a late answer to an earlier wish is no error) {
  test::reading_log second{written.id().key};
  auto early = second.wish_for_upgrade(10);
  auto late = written.prove(early);
  CAF_REQUIRE(second.take(early, late));
  CAF_CHECK(second.take(early, late));
  written.append_numbered(2);
  CAF_REQUIRE(second.upgrade(written));
  CAF_CHECK(second.take(early, late));
  CAF_CHECK_EQUAL(second.head().length(), 12u);
}

CAF_TEST(law_L6_a longer tree that need not contain ours is not adopted) {
  written.append_numbered(2);
  auto asked = upgrade_request(0, 12);
  CAF_CHECK(fault_in(asked, written.prove(asked)) == fault::stale);
}

CAF_TEST(law_L6_a proof built on a shorter copy is seen as a conflict) {
  test::written_log restored;
  restored.append_numbered(9);
  restored.append({{1}, {2}, {3}});
  auto asked = upgrade_request(0, 10);
  auto verdict = reader.verify(asked, restored.prove(asked));
  CAF_CHECK(std::holds_alternative<log::conflict>(verdict));
}

CAF_TEST(an empty answer is right and says nothing) {
  auto verdict = reader.verify(reader.wish_for_block(3), {});
  auto* nothing = std::get_if<log::verified>(&verdict);
  CAF_REQUIRE(nothing != nullptr);
  CAF_CHECK(nothing->writes.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()

namespace {

proof_request arbitrary_request(const test::reading_log& reader,
                                std::uint64_t length) {
  auto own = reader.head().length();
  if (own < length && *rc::gen::arbitrary<bool>()) {
    auto wish =
        reader.wish_for_upgrade(test::arbitrary_number(own + 1, length + 1));
    if (*rc::gen::arbitrary<bool>())
      wish.block = base::proof_target{
          test::arbitrary_number(own, own + wish.upgrade->length), 0};
    return wish;
  }
  if (own == 0)
    return reader.wish_for_upgrade(length);
  auto wish = reader.wish_for_block(test::arbitrary_number(0, own));
  if (*rc::gen::inRange(0, 4) == 0)
    wish.seek = base::seek_target{test::arbitrary_number(0, 100), 0};
  return wish;
}

// One change that is not just another way to say the same.
void spoil(proof& what) {
  std::vector<base::tree_node*> nodes;
  auto add = [&](std::vector<base::tree_node>& list) {
    for (auto& node : list)
      nodes.push_back(&node);
  };
  if (what.block)
    add(what.block->nodes);
  if (what.seek)
    add(what.seek->nodes);
  if (what.upgrade) {
    add(what.upgrade->nodes);
    add(what.upgrade->additional_nodes);
  }
  auto bit = test::arbitrary_number(0, 256);
  auto flip = [bit](auto& raw) {
    raw[bit / 8 % raw.size()] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  };
  switch (*rc::gen::inRange(0, 5)) {
  case 0:
    if (what.block)
      return what.block->value.push_back(static_cast<std::uint8_t>(bit));
    break;
  case 1:
    if (what.upgrade)
      return flip(what.upgrade->signature);
    break;
  case 2:
    if (what.upgrade) {
      what.upgrade->length += 1 + bit;
      return;
    }
    break;
  case 3:
    if (!nodes.empty()) {
      nodes[bit % nodes.size()]->size += 1;
      return;
    }
    break;
  default:
    break;
  }
  RC_PRE(!nodes.empty());
  auto which = test::arbitrary_number(0, nodes.size());
  flip(nodes[which]->hash);
}

} // namespace

CAF_TEST(properties) {
  HYPER_PROPERTY("law_L6: any order of honest answers gives the whole log", [] {
    test::written_log written;
    written.append(test::arbitrary_blocks(30));
    auto length = written.head().length();
    RC_PRE(length > 0);
    test::reading_log reader{written.id().key};
    for (int step = 0; step < 20; ++step) {
      auto wish = arbitrary_request(reader, length);
      auto answer = *log::make_proof(*written.now(), written.head(), wish);
      if (auto* good = std::get_if<proof>(&answer))
        RC_ASSERT(reader.take(wish, *good));
    }
    if (reader.head().length() < length)
      RC_ASSERT(reader.upgrade(written));
    for (std::uint64_t block = 0; block < length; ++block)
      RC_ASSERT(reader.fetch(written, block));
    RC_ASSERT(reader.head() == written.head());
    auto again = log::open_reader(reader.store(), written.id().key);
    RC_ASSERT(again->blocks.contiguous() == length);
  });
  HYPER_PROPERTY("law_L6: a spoiled answer is refused", [] {
    test::written_log written;
    written.append(test::arbitrary_blocks(30));
    auto length = written.head().length();
    RC_PRE(length > 0);
    test::reading_log reader{written.id().key};
    auto own = test::arbitrary_number(0, length + 1);
    if (own > 0) {
      auto first = reader.wish_for_upgrade(own);
      RC_ASSERT(reader.take(first, written.prove(first)));
    }
    auto wish = arbitrary_request(reader, length);
    auto answer = *log::make_proof(*written.now(), written.head(), wish);
    RC_PRE(std::holds_alternative<proof>(answer));
    auto bad = std::get<proof>(answer);
    spoil(bad);
    auto verdict = reader.verify(wish, bad);
    RC_ASSERT(std::holds_alternative<log::rejected>(verdict));
  });
}
