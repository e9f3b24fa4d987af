#define CAF_SUITE log_signature

#include "store/log/signature.hpp"

#include "store/log/keys.hpp"
#include "tests/store/log/arbitrary_log.hpp"
#include "tests/support/property.hpp"
#include "tests/support/vectors.hpp"

using namespace hyper;

namespace {

log::tree tree_of(std::size_t length) {
  log::tree made;
  for (const auto& block : test::numbered_blocks(length))
    made.append(block);
  return made;
}

struct signers {
  std::vector<base::key_pair> pairs;
  base::manifest who;

  explicit signers(std::uint8_t count, std::uint64_t quorum) {
    who.quorum = quorum;
    for (std::uint8_t i = 0; i < count; ++i) {
      pairs.push_back(base::make_key_pair({i, 1}));
      who.signers.push_back({log::default_signer_name_space(), pairs[i].pub});
    }
  }

  log::identity id() const { return log::identity_of(who); }

  log::partial_signature part(std::uint64_t signer, const log::tree& what,
                              std::uint64_t patch = 0) const {
    auto message = log::signable(id(), signer, what.hash(), what.length(), 0);
    return {signer, base::sign(pairs[signer], message), patch};
  }
};

base::bytes encoded(const log::container& value) {
  base::writer out;
  log::encode(out, value);
  return out.release();
}

bool good(const signers& group, const log::tree& what,
          const log::container& value) {
  return log::verify_signature(group.id(), what, 0, encoded(value));
}

} // namespace

CAF_TEST(law_L6_one signer signs tree and length and fork) {
  signers one{1, 1};
  auto tree = tree_of(5);
  auto signature = log::sign(one.id(), tree, 3, one.pairs[0]);
  CAF_CHECK_EQUAL(signature.size(), 68u);
  CAF_CHECK(log::verify_signature(one.id(), tree, 3, signature));
  CAF_CHECK(!log::verify_signature(one.id(), tree, 4, signature));
  CAF_CHECK(!log::verify_signature(one.id(), tree_of(6), 3, signature));
  signers other{2, 1};
  CAF_CHECK(!log::verify_signature(other.id(), tree, 3, signature));
}

CAF_TEST(law_L6_no changed signature is right) {
  signers one{1, 1};
  auto tree = tree_of(5);
  auto signature = log::sign(one.id(), tree, 0, one.pairs[0]);
  test::mutate(signature, 0, [&](base::bytes_view bad) {
    CAF_CHECK(!log::verify_signature(one.id(), tree, 0, bad));
  });
  signature.push_back(0);
  CAF_CHECK(!log::verify_signature(one.id(), tree, 0, signature));
}

CAF_TEST(a quorum is so many different signers) {
  signers three{3, 2};
  auto tree = tree_of(3);
  auto first = three.part(0, tree);
  auto last = three.part(2, tree);
  CAF_CHECK(good(three, tree, {{first, last}, {}}));
  CAF_CHECK(good(three, tree, {{last, first}, {}}));
  CAF_CHECK(!good(three, tree, {{first}, {}}));
  CAF_CHECK(!good(three, tree, {{first, first}, {}}));
  CAF_CHECK(!good(three, tree, {{first, three.part(1, tree_of(4))}, {}}));
  auto unknown = last;
  unknown.signer = 3;
  CAF_CHECK(!good(three, tree, {{first, unknown}, {}}));
}

CAF_TEST(only the first entries of a container are looked at) {
  signers three{3, 1};
  auto tree = tree_of(3);
  auto wrong = three.part(1, tree_of(2));
  CAF_CHECK(good(three, tree, {{three.part(0, tree), wrong}, {}}));
  CAF_CHECK(!good(three, tree, {{wrong, three.part(0, tree)}, {}}));
}

CAF_TEST(no quorum is never reached) {
  signers none{1, 0};
  auto tree = tree_of(1);
  CAF_CHECK(!good(none, tree, {{none.part(0, tree)}, {}}));
  CAF_CHECK(!good(none, tree, {}));
}

CAF_TEST(a patch leads to the longer tree that was signed) {
  signers three{3, 2};
  three.who.allow_patch = true;
  auto tree = tree_of(3);
  auto longer = tree_of(6);
  std::vector<log::tree_node> nodes;
  for (auto index : log::growth(3, 6))
    for (const auto& node : longer.made())
      if (node.index == index)
        nodes.push_back(node);
  auto first = three.part(0, tree);
  auto patched = three.part(1, longer, 3);
  CAF_CHECK(good(three, tree, {{first, patched}, nodes}));
  CAF_CHECK(!good(three, tree, {{first, patched}, {}}));
  auto huge = patched;
  huge.patch = base::uint_max;
  CAF_CHECK(!good(three, tree, {{first, huge}, nodes}));
  three.who.allow_patch = false;
  CAF_CHECK(!good(three, tree, {{first, patched}, nodes}));
}

CAF_TEST(a prologue needs no signature and no longer tree has it) {
  signers one{1, 1};
  one.who.prologue = base::manifest_prologue{tree_of(4).hash(), 4};
  CAF_CHECK(log::verify_signature(one.id(), tree_of(4), 0, {}));
  CAF_CHECK(!log::verify_signature(one.id(), tree_of(3), 0, {}));
  CAF_CHECK(!log::verify_signature(one.id(), tree_of(5), 0, {}));
  auto signature = log::sign(one.id(), tree_of(5), 0, one.pairs[0]);
  CAF_CHECK(log::verify_signature(one.id(), tree_of(5), 0, signature));
}

CAF_TEST(version 0 signs bare or in the older container) {
  signers one{1, 1};
  one.who.version = 0;
  auto tree = tree_of(3);
  auto bare = log::sign(one.id(), tree, 0, one.pairs[0]);
  CAF_CHECK_EQUAL(bare.size(), 64u);
  CAF_CHECK(log::verify_signature(one.id(), tree, 0, bare));
  signers two{2, 1};
  two.who.version = 0;
  auto contained = log::sign(two.id(), tree, 0, two.pairs[1]);
  CAF_CHECK_EQUAL(contained.size(), 68u);
  CAF_CHECK(log::verify_signature(two.id(), tree, 0, contained));
  test::mutate(contained, 0, [&](base::bytes_view bad) {
    // The only bits without a meaning are unknown flags.
    if (bad.size() < 2 || bad[1] == 0 || (bad[1] & 1) != 0)
      CAF_CHECK(!log::verify_signature(two.id(), tree, 0, bad));
  });
}

CAF_TEST(the oldest logs are signed without a prefix) {
  auto pair = base::make_key_pair({9});
  log::identity id{pair.pub, log::compat_manifest(pair.pub)};
  auto tree = tree_of(2);
  base::writer message;
  message.raw(tree.hash());
  message.fixed_uint(2, 8);
  message.fixed_uint(0, 8);
  auto signature = base::to_bytes(base::sign(pair, message.data()));
  CAF_CHECK(log::verify_signature(id, tree, 0, signature));
  CAF_CHECK(!log::verify_signature(id, tree, 1, signature));
  signers one{1, 1};
  CAF_CHECK(!log::verify_signature(one.id(), tree, 0, signature));
}

CAF_TEST(properties) {
  HYPER_PROPERTY(
      "no bytes make the decoder fail or a signature",
      [](const base::bytes& noise) {
        signers three{3, 2};
        RC_ASSERT(!log::verify_signature(three.id(), tree_of(3), 0, noise));
        three.who.version = 0;
        RC_ASSERT(!log::verify_signature(three.id(), tree_of(3), 0, noise));
      });
}
