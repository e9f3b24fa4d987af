#define CAF_SUITE registry_writer

#include "store/registry/writer.hpp"

#include "store/log/signature.hpp"
#include "tests/store/bee/memory_log.hpp"
#include "tests/store/registry/world.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::registry;
using namespace hyper::test;

namespace {

/// The registry as one would explain it: who has which name.
struct simple_registry {
  std::map<std::string, std::uint8_t> owners;

  verdict decide(const change& wish) {
    auto by = wish.caller.front();
    auto found = owners.find(wish.name);
    bool is_free = found == owners.end();
    if (wish.what == action::put) {
      if (objection(name_policy::strict, wish.name))
        return verdict::invalid;
      if (!is_free)
        return found->second == by ? verdict::idempotent : verdict::taken;
      owners[wish.name] = by;
      return verdict::accepted;
    }
    if (is_free)
      return verdict::not_found;
    if (found->second != by)
      return verdict::unauthorized;
    owners.erase(found);
    return verdict::accepted;
  }
};

change change_of(std::uint16_t code) {
  auto name = "n" + std::to_string(code % 23);
  if (code % 41 == 0)
    name += " "; // against the rules
  auto by = static_cast<std::uint8_t>(code / 23 % 4);
  return code % 3 < 2 ? put(name, by) : del(name, by);
}

/// The blocks of a registry's log.
std::vector<base::bytes> blocks_of(const world& of) {
  auto from = of.read();
  std::vector<base::bytes> out;
  for (std::uint64_t seq = 0; seq < of.head.length(); ++seq)
    out.push_back(base::to_bytes(**log::read_block(*from, seq)));
  return out;
}

} // namespace

CAF_TEST(an empty log gets its header also without a change) {
  world here;
  here.run({});
  CAF_CHECK_EQUAL(here.head.length(), 1u);
  CAF_CHECK_EQUAL(base::to_hex(blocks_of(here)[0]), "0a086879706572626565");
  CAF_CHECK(view{*here.read()}.now()->applied == 1u);
  auto again = here.writer.decide(*here.read(), here.head, {});
  CAF_CHECK(again.ok() && again->writes.empty());
}

CAF_TEST(each caller is told what became of its change) {
  world here;
  CAF_CHECK_EQUAL(here.ask(put("bob", 1)), "OK");
  CAF_CHECK_EQUAL(here.ask(put("bob", 1)), "IDEMPOTENT");
  CAF_CHECK_EQUAL(here.ask(put("bob", 2)), "ERR:Username already taken");
  CAF_CHECK_EQUAL(here.ask(del("bob", 2)),
                  "ERR:Unauthorized: only the owner can delete this username");
  CAF_CHECK_EQUAL(here.ask(del("eve", 2)), "ERR:Username not found");
  CAF_CHECK_EQUAL(here.ask(del("bob", 1)), "OK");
  CAF_CHECK_EQUAL(here.ask(put("bob", 2)), "OK");
  CAF_CHECK_EQUAL(here.ask(put("Bob", 2)),
                  "ERR:Invalid username: no upper case letters are allowed "
                  "(try bob)");
  CAF_CHECK_EQUAL(here.head.length(), 4u);
}

CAF_TEST(answers name the length at which they are visible) {
  world here;
  auto told = here.run({put("a", 1), put("a", 2), put("b", 2), del("a", 1)});
  CAF_CHECK_EQUAL(told[0].length, 2u);
  CAF_CHECK_EQUAL(told[1].length, 2u);
  CAF_CHECK_EQUAL(told[2].length, 3u);
  CAF_CHECK_EQUAL(told[3].length, 4u);
}

CAF_TEST(groups of any size decide and write as single changes do) {
  HYPER_PROPERTY("groups", [](const std::vector<std::uint16_t>& codes) {
    world singly;
    world grouped;
    simple_registry simple;
    singly.run({});
    grouped.run({});
    std::vector<answer> one_by_one;
    for (auto code : codes) {
      one_by_one.push_back(singly.run({change_of(code)}).front());
      RC_ASSERT(one_by_one.back().made.what == simple.decide(change_of(code)));
    }
    std::vector<answer> in_groups;
    std::vector<change> group;
    for (std::size_t i = 0; i < codes.size(); ++i) {
      group.push_back(change_of(codes[i]));
      if (i + 1 < codes.size() && *rc::gen::inRange(0, 4) != 0)
        continue;
      for (auto& one : grouped.run(group))
        in_groups.push_back(one);
      group.clear();
    }
    RC_ASSERT(in_groups == one_by_one);
    RC_ASSERT(grouped.head == singly.head);
    RC_ASSERT(blocks_of(grouped) == blocks_of(singly));
    auto from = grouped.read();
    RC_ASSERT(view{*from}.now()->names == simple.owners.size());
    for (const auto& [name, by] : simple.owners)
      RC_ASSERT(who(view{*from}.lookup(name)) == std::to_string(by));
  });
}

CAF_TEST(a group has one signature over all of it) {
  world here;
  here.run({put("a", 1), put("b", 2), put("c", 3)});
  CAF_CHECK(log::verify_signature(here.writer.who(), log::tree{here.head.roots},
                                  here.head.fork, here.head.signature));
  auto stored = log::read_head(*here.read());
  CAF_REQUIRE(stored.ok());
  CAF_CHECK(*stored == here.head);
}

CAF_TEST(a group whose commit failed has not happened) {
  world here;
  here.run({put("a", 1)});
  auto lost = here.writer.decide(*here.read(), here.head,
                                 std::vector{put("b", 1), del("a", 1)});
  CAF_REQUIRE(lost.ok()); // and never committed
  CAF_CHECK_EQUAL(here.ask(put("b", 2)), "OK");
  CAF_CHECK_EQUAL(here.ask(put("a", 2)), "ERR:Username already taken");
  CAF_CHECK(view{*here.read()}.now()->names == 2u);
}

CAF_TEST(a group has at most so many changes) {
  world here;
  std::vector<change> many(group_changes_max + 1, put("a", 1));
  auto decided = here.writer.decide(*here.read(), here.head, many);
  CAF_REQUIRE(!decided.ok());
  CAF_CHECK(decided.failure().code == base::errc::limit);
  many.pop_back();
  CAF_CHECK_EQUAL(here.run(many).size(), group_changes_max);
  CAF_CHECK_EQUAL(here.head.length(), 2u);
}

CAF_TEST(names of any bytes up to the limit are kept to the byte) {
  world here{name_policy::any};
  for (const std::string& name :
       {std::string{}, std::string{"\xff\xc3("}, std::string("\0\x1b[2J", 5),
        std::string(1024, '\xf0')}) {
    CAF_CHECK_EQUAL(here.ask(put(name, 1)), "OK");
    CAF_CHECK_EQUAL(here.ask(put(name, 2)), "ERR:Username already taken");
    CAF_CHECK_EQUAL(who(view{*here.read()}.lookup(name)), "1");
  }
  CAF_CHECK(names_in(*here.read()).size() == 4u);
  CAF_CHECK_EQUAL(here.ask(put(std::string(1025, 'x'), 1)),
                  "ERR:Invalid username: 1025 bytes, at most 1024 are allowed");
}

CAF_TEST(a writer on a view that is behind its log refuses) {
  world here;
  here.run({put("a", 1)});
  auto gone = forget(*here.read());
  CAF_REQUIRE(gone.ok() && here.store->commit(*gone).ok());
  CAF_CHECK(
      !here.writer.decide(*here.read(), here.head, std::vector{put("b", 1)}));
  auto more = catch_up(*here.read(), here.head.length());
  CAF_REQUIRE(more.ok() && here.store->commit(more->writes).ok());
  CAF_CHECK_EQUAL(here.ask(put("b", 1)), "OK");
}

CAF_TEST(law_L1_a_free_name_has_one_new_owner_however_many_ask) {
  HYPER_PROPERTY("one winner", [] {
    world here;
    auto callers = *rc::gen::inRange<std::uint8_t>(2, 30);
    std::vector<change> waiting;
    auto first = *rc::gen::inRange<std::uint8_t>(0, callers);
    for (std::uint8_t by = 0; by < callers; ++by)
      waiting.push_back(
          put("wanted", static_cast<std::uint8_t>((first + by) % callers)));
    std::size_t accepted = 0;
    base::public_key winner{};
    while (!waiting.empty()) {
      auto size = *rc::gen::inRange<std::size_t>(1, waiting.size() + 1);
      std::vector<change> group(waiting.end() - static_cast<long>(size),
                                waiting.end());
      waiting.resize(waiting.size() - size);
      auto told = here.run(group);
      for (std::size_t i = 0; i < size; ++i) {
        if (told[i].made.what == verdict::accepted) {
          ++accepted;
          winner = group[i].caller;
        } else {
          RC_ASSERT(response_text(told[i].made) ==
                    "ERR:Username already taken");
        }
      }
    }
    RC_ASSERT(accepted == 1u);
    RC_ASSERT((*view{*here.read()}.lookup("wanted"))->owner == winner);
  });
}

CAF_TEST(law_L4_what_was_accepted_is_in_every_read_after_its_commit) {
  world here;
  std::uint64_t last = 0;
  for (std::uint8_t by = 1; by < 60; ++by) {
    auto name = "name" + std::to_string(by);
    auto told = here.run({put(name, by), del(name, by), put(name, by)});
    auto from = here.read();
    CAF_CHECK(view{*from}.now()->applied >= told.back().length);
    CAF_CHECK(told.back().length > last);
    last = told.back().length;
    CAF_CHECK_EQUAL(who(view{*from}.lookup(name)), std::to_string(by));
  }
}

CAF_TEST(law_L7_the_key_in_an_entry_is_the_key_of_its_caller) {
  HYPER_PROPERTY("owner", [](const std::string& name) {
    world here{name_policy::any};
    here.run({});
    auto key = base::take<32>(*rc::gen::container<base::bytes>(
        32, rc::gen::arbitrary<std::uint8_t>()));
    // A name that spells another key, and one that ends in one.
    for (const auto& wanted :
         {name, base::to_text(caller(9)), name + std::string(32, '\x09')}) {
      here.run({{action::put, wanted, key}});
      RC_ASSERT((*view{*here.read()}.lookup(wanted))->owner == key);
    }
    auto last = blocks_of(here).back();
    auto node = bee::decode_node_block(last);
    RC_ASSERT(node.ok() && base::equal(*node->value, key));
  });
}
