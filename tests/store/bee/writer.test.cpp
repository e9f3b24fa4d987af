#define CAF_SUITE bee_writer

#include "store/bee/writer.hpp"

#include "tests/store/bee/memory_log.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::bee;
using namespace hyper::test;

namespace {

struct step {
  std::uint8_t key;
  bool is_put;
};

std::vector<step> steps_of(const base::bytes& raw) {
  std::vector<step> out;
  for (auto byte : raw)
    out.push_back({static_cast<std::uint8_t>(byte % 50), byte < 170});
  return out;
}

void apply(writer& to, const step& one) {
  auto key = key_of(one.key);
  if (one.is_put)
    RC_ASSERT(to.put(base::as_bytes(key), base::as_bytes("v")).ok());
  else
    RC_ASSERT(to.del(base::as_bytes(key)).ok());
}

operation operation_of(const step& one) {
  operation out;
  out.key = base::to_bytes(key_of(one.key));
  out.what = one.is_put ? operation::kind::put : operation::kind::del;
  if (one.is_put)
    out.value = base::to_bytes("v");
  return out;
}

/// The rules of the tree: node sizes, and one depth for all leaves.
void check_node(const memory_blocks& from, child_ref at, bool is_root,
                unsigned depth, std::optional<unsigned>& leaves) {
  auto node = load_node(from, at, at.seq);
  RC_ASSERT(node.ok());
  RC_ASSERT(node->keys.size() < node_keys_split);
  RC_ASSERT(is_root || node->keys.size() >= node_keys_min);
  if (node->children.empty()) {
    RC_ASSERT(leaves.value_or(depth) == depth);
    leaves = depth;
    return;
  }
  RC_ASSERT(node->children.size() == node->keys.size() + 1);
  for (const auto& child : node->children)
    check_node(from, child, false, depth + 1, leaves);
}

void check_rules(const memory_blocks& from) {
  std::optional<unsigned> leaves;
  if (from.length() > 1)
    check_node(from, {from.length() - 1, 0}, true, 0, leaves);
}

} // namespace

CAF_TEST(many changes of one writer are the blocks of many writers) {
  HYPER_PROPERTY("groups", [](const base::bytes& raw) {
    memory_log one_by_one;
    memory_log in_groups;
    memory_log without_memory;
    auto steps = steps_of(raw);
    for (const auto& one : steps) {
      one_by_one.run([&](writer& to) { apply(to, one); });
      without_memory.memory.forget(0);
      without_memory.run([&](writer& to) { apply(to, one); });
    }
    for (std::size_t done = 0; done < steps.size();) {
      auto size = *rc::gen::inRange<std::size_t>(1, 10);
      in_groups.run([&](writer& to) {
        for (; size > 0 && done < steps.size(); --size)
          apply(to, steps[done++]);
      });
    }
    RC_ASSERT(in_groups.blocks.blocks() == one_by_one.blocks.blocks());
    RC_ASSERT(without_memory.blocks.blocks() == one_by_one.blocks.blocks());
    check_rules(one_by_one.blocks);
  });
}

CAF_TEST(a writer sees its own changes before they are stored) {
  memory_log log;
  log.put("a", "1");
  log.run([](writer& to) {
    CAF_CHECK(to.put(base::as_bytes("b"), base::as_bytes("2")).ok());
    CAF_CHECK(base::as_text(*(**to.get(base::as_bytes("b"))).value) == "2");
    CAF_CHECK((**to.get(base::as_bytes("b"))).seq == 2u);
    CAF_CHECK((**to.get(base::as_bytes("a"))).seq == 1u);
    CAF_CHECK(*to.del(base::as_bytes("a")));
    CAF_CHECK(!*to.get(base::as_bytes("a")));
    CAF_CHECK_EQUAL(to.length(), 4u);
    CAF_CHECK_EQUAL(to.committed_length(), 2u);
  });
}

CAF_TEST(blocks that were not stored leave no trace in the next writer) {
  memory_log log;
  log.put("a", "1");
  {
    writer lost{log.blocks, log.blocks.length(), log.memory};
    CAF_CHECK(lost.put(base::as_bytes("b"), base::as_bytes("2")).ok());
  }
  log.put("c", "3");
  CAF_CHECK_EQUAL(value_of(log.now(), "b"), "-");
  CAF_CHECK_EQUAL(value_of(log.now(), "c"), "3");
}

CAF_TEST(a put of the same value is a block and a missing key is none) {
  memory_log log;
  log.put("a", "1");
  log.put("a", "1");
  CAF_CHECK_EQUAL(log.blocks.length(), 3u);
  CAF_CHECK(!log.del("b"));
  CAF_CHECK_EQUAL(log.blocks.length(), 3u);
}

CAF_TEST(a block above the limit is refused and changes nothing) {
  memory_log log;
  log.put("a", "1");
  base::bytes huge(block_size_max);
  log.run([&](writer& to) {
    auto done = to.put(base::as_bytes("b"), huge);
    CAF_CHECK(!done.ok() && done.failure().code == base::errc::limit);
    CAF_CHECK(!*to.get(base::as_bytes("b")));
    CAF_CHECK(to.put(base::as_bytes("c"), base::as_bytes("3")).ok());
  });
  CAF_CHECK_EQUAL(log.blocks.length(), 3u);
  CAF_CHECK_EQUAL(value_of(log.now(), "c"), "3");
}

CAF_TEST(memory that is full is forgotten and the blocks stay the same) {
  memory_log small;
  memory_log plain;
  std::string big(200000, 'x'); // a few dozen keys fill the memory
  for (int i = 0; i < 60; ++i) {
    auto key = std::to_string(i) + big;
    small.put(key, "");
    plain.memory.forget(0);
    plain.put(key, "");
  }
  CAF_CHECK(small.blocks.blocks() == plain.blocks.blocks());
  CAF_CHECK(small.memory.node_count() < 12);
}

CAF_TEST(a batch ends with the content of its operations one by one) {
  HYPER_PROPERTY(
      "batches", [](const base::bytes& before, const base::bytes& inside) {
        memory_log single;
        memory_log batched;
        for (const auto& one : steps_of(before))
          single.run([&](writer& to) { apply(to, one); });
        for (const auto& block : single.blocks.blocks())
          batched.blocks.append(block);
        std::vector<operation> operations;
        for (const auto& one : steps_of(inside)) {
          single.run([&](writer& to) { apply(to, one); });
          operations.push_back(operation_of(one));
        }
        batched.run([&](writer& to) { RC_ASSERT(to.batch(operations).ok()); });
        RC_ASSERT(batched.blocks.length() == single.blocks.length());
        RC_ASSERT(read_all(batched.now().entries()) ==
                  read_all(single.now().entries()));
        check_rules(batched.blocks);
        single.put("after", "");
        batched.put("after", "");
        RC_ASSERT(read_all(batched.now().entries()) ==
                  read_all(single.now().entries()));
      });
}

CAF_TEST(a batch has at most so many operations) {
  memory_log log;
  std::vector<operation> operations(batch_operations_max + 1);
  log.run([&](writer& to) {
    auto done = to.batch(operations);
    CAF_CHECK(!done.ok() && done.failure().code == base::errc::limit);
  });
  CAF_CHECK_EQUAL(log.blocks.length(), 0u);
}

CAF_TEST(a tree that cannot be read fails and leaves the writer usable) {
  memory_log log;
  for (int i = 0; i < 20; ++i)
    log.put(key_of(static_cast<std::uint8_t>(i)), "v");
  auto blocks = log.blocks.blocks();
  blocks.back() = base::to_bytes("junk");
  memory_blocks spoiled{blocks};
  working_tree memory;
  writer to{spoiled, spoiled.length(), memory};
  CAF_CHECK(!to.put(base::as_bytes("x"), std::nullopt).ok());
  CAF_CHECK(!to.del(base::as_bytes("x")).ok());
  CAF_CHECK(!to.get(base::as_bytes("x")).ok());
  CAF_CHECK(to.blocks().empty());
  CAF_CHECK_EQUAL(memory.length(), spoiled.length());
}
