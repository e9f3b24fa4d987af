#define CAF_SUITE registry_view

#include "store/registry/view.hpp"

#include "tests/store/registry/world.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::registry;
using namespace hyper::test;

namespace {

/// Few names, so that they meet: short ones, one per rule, and long ones.
const names known{"a",
                  "b",
                  "aa",
                  "ab",
                  "Alice Smith",
                  "",
                  "z\xc3\xbcrich",
                  "\xff\x01",
                  std::string(252, 'l'),
                  std::string(253, 'l'),
                  std::string(256, 'l'),
                  std::string(511, 'a'),
                  std::string(1024, 'l')};

change change_of(std::uint16_t code) {
  auto name = known[code % known.size()];
  auto by = static_cast<std::uint8_t>(code / known.size() % 3);
  return code % 5 < 3 ? put(name, by) : del(name, by);
}

/// A registry after groups of changes.
void fill(world& to, const std::vector<std::uint16_t>& codes) {
  std::vector<change> group;
  for (auto code : codes) {
    group.push_back(change_of(code));
    if (code % 7 == 0) {
      to.run(group);
      group.clear();
    }
  }
  to.run(group);
}

std::vector<event> events_of(const kv::snapshot& from,
                             const std::string& name) {
  std::vector<event> out;
  auto done = view{from}.history(name, {}, [&](const event& one) {
    out.push_back(one);
    return true;
  });
  CAF_CHECK(done.ok());
  return out;
}

} // namespace

CAF_TEST(the view is the content of the tree at every length) {
  HYPER_PROPERTY("fold", [](const std::vector<std::uint16_t>& codes) {
    world here{name_policy::any};
    fill(here, codes);
    auto from = here.read();
    view names_now{*from};
    auto length = here.head.length();
    RC_ASSERT(names_now.now()->applied == length);
    for (std::uint64_t at = 0; at <= length; ++at) {
      std::map<std::string, std::string> content;
      for (const auto& [name, owner] : tree_content(*from, at))
        content[name] = owner;
      for (const auto& name : known)
        RC_ASSERT(who(names_now.lookup_at(name, at)) ==
                  (content.count(name) ? content[name] : "-"));
    }
    names in_tree;
    for (const auto& one : tree_content(*from, length)) {
      in_tree.push_back(one.first);
      RC_ASSERT(who(names_now.lookup(one.first)) == one.second);
    }
    RC_ASSERT(names_in(*from) == in_tree);
    RC_ASSERT(names_now.now()->names == in_tree.size());
    list_options backward;
    backward.reverse = true;
    std::reverse(in_tree.begin(), in_tree.end());
    RC_ASSERT(names_in(*from, backward) == in_tree);
  });
}

CAF_TEST(pages behind each other are the whole list) {
  HYPER_PROPERTY("after and limit", [](const std::vector<std::uint16_t>& codes,
                                       bool reverse) {
    world here{name_policy::any};
    fill(here, codes);
    auto from = here.read();
    list_options options;
    options.reverse = reverse;
    options.prefix = *rc::gen::element<std::string>("", "a", "l", "A");
    auto whole = names_in(*from, options);
    options.limit = *rc::gen::inRange<std::uint64_t>(1, 5);
    names paged;
    while (true) {
      auto page = names_in(*from, options);
      RC_ASSERT(page.size() <= options.limit);
      if (page.empty())
        break;
      paged.insert(paged.end(), page.begin(), page.end());
      options.after = page.back();
    }
    RC_ASSERT(paged == whole);
  });
}

CAF_TEST(histories and the names of a key agree with the log) {
  HYPER_PROPERTY("history", [](const std::vector<std::uint16_t>& codes) {
    world here{name_policy::any};
    fill(here, codes);
    auto from = here.read();
    std::map<std::string, std::vector<event>> by_name;
    std::uint64_t puts = 0;
    std::uint64_t next = 1;
    auto done = view{*from}.history_all(0, [&](const event& one) {
      RC_ASSERT(one.seq == next++);
      puts += one.what == action::put ? 1 : 0;
      by_name[one.name].push_back(one);
      return true;
    });
    RC_ASSERT(done.ok());
    RC_ASSERT(next == std::max<std::uint64_t>(here.head.length(), 1));
    auto counts = *view{*from}.now();
    RC_ASSERT(counts.puts == puts);
    RC_ASSERT(counts.puts + counts.deletions + 1 == next);
    for (const auto& name : known)
      RC_ASSERT(events_of(*from, name) == by_name[name]);
    for (std::uint8_t by = 0; by < 3; ++by) {
      names owned;
      std::uint64_t last = 0;
      auto listed_all =
          view{*from}.names_of(caller(by), {}, [&](const listed& one) {
            RC_ASSERT(one.of.seq > last);
            last = one.of.seq;
            RC_ASSERT(*view{*from}.lookup(one.name) == std::optional{one.of});
            owned.emplace_back(one.name);
            return true;
          });
      RC_ASSERT(listed_all.ok());
      std::size_t count = 0;
      for (const auto& name : known)
        count += who(view{*from}.lookup(name)) == std::to_string(by) ? 1 : 0;
      RC_ASSERT(owned.size() == count);
    }
  });
}

CAF_TEST(a part of a history is that of the whole) {
  HYPER_PROPERTY("parts", [](const std::vector<std::uint16_t>& codes) {
    world here{name_policy::any};
    fill(here, codes);
    auto from = here.read();
    for (const auto& name : known) {
      auto whole = events_of(*from, name);
      for (std::uint64_t at = 0; at <= here.head.length(); ++at)
        for (bool newest_first : {false, true}) {
          history_options part{at, at % 3 + 1, newest_first};
          auto want = whole;
          std::erase_if(want, [&](const event& one) {
            return newest_first ? one.seq > at : one.seq < at;
          });
          if (newest_first)
            std::ranges::reverse(want);
          if (want.size() > part.limit)
            want.resize(part.limit);
          std::vector<event> got;
          auto done = view{*from}.history(name, part, [&](const event& one) {
            got.push_back(one);
            return true;
          });
          RC_ASSERT(done.ok());
          RC_ASSERT(got == want);
        }
    }
  });
}

CAF_TEST(a part of the names of a key) {
  world here;
  here.run({put("a", 1), put("b", 1), put("x", 2), put("c", 1)});
  auto from = here.read();
  auto part = [&](const history_options& wanted) {
    std::string out;
    CAF_CHECK(view{*from}
                  .names_of(caller(1), wanted,
                            [&](const listed& one) {
                              out += one.name;
                              return true;
                            })
                  .ok());
    return out;
  };
  CAF_CHECK_EQUAL(part({}), "abc");
  CAF_CHECK_EQUAL(part({2}), "bc");
  CAF_CHECK_EQUAL(part({2, 1}), "b");
  CAF_CHECK_EQUAL(part({3, 2, true}), "ba");
  CAF_CHECK_EQUAL(part({{}, 0}), "");
  CAF_CHECK_EQUAL(part({~std::uint64_t{}}), "");
  CAF_CHECK_EQUAL(part({~std::uint64_t{}, 9, true}), "cba");
}

CAF_TEST(a change is found from its block on) {
  HYPER_PROPERTY("has_change", [](const std::vector<std::uint16_t>& codes) {
    world here{name_policy::any};
    fill(here, codes);
    auto from = here.read();
    for (const auto& name : known)
      for (std::uint8_t by = 0; by < 3; ++by) {
        // The last block of each kind, from the history.
        std::uint64_t last_put = 0;
        std::uint64_t last_deletion = 0;
        std::optional<base::public_key> owner;
        for (const auto& one : events_of(*from, name)) {
          bool is_put = one.what == action::put;
          if (is_put && one.owner == caller(by))
            last_put = one.seq;
          if (!is_put && owner == caller(by))
            last_deletion = one.seq;
          owner = is_put ? one.owner : std::nullopt;
        }
        for (std::uint64_t at = 0; at <= here.head.length(); ++at) {
          RC_ASSERT(
              *view{*from}.has_change(name, caller(by), action::put, at) ==
              (last_put != 0 && last_put >= at));
          RC_ASSERT(
              *view{*from}.has_change(name, caller(by), action::del, at) ==
              (last_deletion != 0 && last_deletion >= at));
        }
      }
  });
}

CAF_TEST(a visitor ends a list and a history) {
  world here;
  here.run({put("a", 1), put("b", 1), put("c", 2)});
  auto from = here.read();
  std::size_t seen = 0;
  auto once = [&](const auto&) { return ++seen > 100; };
  CAF_CHECK(view{*from}.list({}, once).ok());
  CAF_CHECK(view{*from}.history_all(0, once).ok());
  CAF_CHECK(view{*from}.history("a", {}, once).ok());
  CAF_CHECK(view{*from}.names_of(caller(1), {}, once).ok());
  CAF_CHECK_EQUAL(seen, 4u);
  list_options none;
  none.limit = 0;
  CAF_CHECK(names_in(*from, none).empty());
}

CAF_TEST(a length that is not here yet is not guessed) {
  world here;
  here.run({put("a", 1)});
  auto from = here.read();
  auto later = view{*from}.lookup_at("a", 3);
  CAF_REQUIRE(!later.ok());
  CAF_CHECK(later.failure().code == base::errc::not_found);
  CAF_CHECK_EQUAL(who(view{*from}.lookup_at("a", 2)), "1");
  CAF_CHECK_EQUAL(who(view{*from}.lookup_at("a", 1)), "-");
}

CAF_TEST(damaged rows are errors) {
  world here;
  here.run({put("bob", 1)});
  auto row = row_key(bee::encode_name("bob"));
  auto damage = [&](base::bytes key, base::bytes value) {
    CAF_REQUIRE(here.store->commit({{std::move(key), std::move(value)}}).ok());
  };
  damage(name_key(row), {0xfd});
  damage(event_key(row, 1), {});
  damage(owned_key(caller(1), 1), {0x05});
  auto from = here.read();
  auto all = [](const auto&) { return true; };
  CAF_CHECK(!view{*from}.lookup("bob").ok());
  CAF_CHECK(!view{*from}.lookup_at("bob", 2).ok());
  CAF_CHECK(!view{*from}.list({}, all).ok());
  CAF_CHECK(!view{*from}.history("bob", {}, all).ok());
  CAF_CHECK(!view{*from}.has_change("bob", caller(1), action::put, 0).ok());
  CAF_CHECK(!view{*from}.names_of(caller(1), {}, all).ok());
  damage(name_key(base::bytes{0x09}), encode(name_row{1, base::bytes(32)}));
  CAF_CHECK(!view{*here.read()}.list({"x", {}, 10, false}, all).ok());
}

CAF_TEST(law_L4_a_later_snapshot_shows_all_that_an_earlier_one_did) {
  HYPER_PROPERTY("never back", [](const std::vector<std::uint16_t>& codes) {
    world here{name_policy::any};
    std::uint64_t shown = 0;
    std::map<std::string, std::uint64_t> last_seen;
    for (auto code : codes) {
      auto wish = change_of(code);
      auto told = here.run({wish}).front();
      auto from = here.read();
      auto now = *view{*from}.now();
      RC_ASSERT(now.applied >= shown);
      RC_ASSERT(now.applied >= told.length);
      shown = now.applied;
      auto mine = *view{*from}.lookup(wish.name);
      if (told.made.what == verdict::accepted)
        RC_ASSERT(mine.has_value() == (wish.what == action::put));
      if (mine) {
        RC_ASSERT(mine->seq >= last_seen[wish.name]);
        last_seen[wish.name] = mine->seq;
      }
    }
  });
}
