#pragma once

#include "base/text.hpp"
#include "store/bee/keys.hpp"
#include "store/bee/tree.hpp"
#include "store/kv/kv.hpp"
#include "store/log/keys.hpp"
#include "store/log/layout.hpp"
#include "store/registry/log_blocks.hpp"
#include "store/registry/replica.hpp"
#include "store/registry/view.hpp"
#include "store/registry/writer.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

// A registry in memory: a store, its writer, and short ways to change it and
// to read it.

namespace hyper::test {

/// A caller's key; they differ in every number.
inline base::public_key caller(std::uint8_t number) {
  base::public_key out{};
  out.fill(number);
  return out;
}

inline registry::change put(std::string_view name, std::uint8_t by) {
  return {registry::action::put, std::string{name}, caller(by)};
}

inline registry::change del(std::string_view name, std::uint8_t by) {
  return {registry::action::del, std::string{name}, caller(by)};
}

inline registry::writer
make_writer(registry::name_policy names = registry::name_policy::strict) {
  auto signer = log::derive_key_pair({}, log::root_name_space, "registry-db");
  auto who = log::identity_of(log::single_signer_manifest(signer.pub));
  return {who, signer, names};
}

struct world {
  explicit world(registry::name_policy names = registry::name_policy::strict,
                 std::unique_ptr<kv::store> where = kv::make_memory_store())
      : writer(make_writer(names)), store(std::move(where)) {}

  registry::writer writer;
  std::unique_ptr<kv::store> store;
  log::head head;

  std::unique_ptr<kv::snapshot> read() const { return *store->read(); }

  /// Decides and commits one group.
  std::vector<registry::answer>
  run(const std::vector<registry::change>& changes) {
    auto decided = writer.decide(*read(), head, changes);
    HYPER_ASSERT(decided.ok());
    HYPER_ASSERT(store->commit(decided->writes).ok());
    head = decided->next;
    return decided->answers;
  }

  /// One change as a group of its own; the text that its caller gets.
  std::string ask(const registry::change& wish) {
    return registry::response_text(run({wish}).front().made);
  }

  /// Appends a block that no writer of ours would make, and shows it.
  void append_raw(base::bytes block) {
    kv::batch writes{log::block_record(length_of_blocks(), std::move(block))};
    HYPER_ASSERT(store->commit(writes).ok());
  }

  /// Blocks in the store; the head does not count those of append_raw().
  std::uint64_t length_of_blocks() const {
    auto from = read();
    std::uint64_t length = 0;
    while ((*log::read_block(*from, length)).has_value())
      ++length;
    return length;
  }
};

/// Who has a name: the first byte of the owner, "-" or "!".
inline std::string
who(const base::result<std::optional<registry::record>>& has) {
  if (!has)
    return "!";
  return *has ? std::to_string((*has)->owner.front()) : "-";
}

using names = std::vector<std::string>;

inline names names_in(const kv::snapshot& from,
                      const registry::list_options& options = {}) {
  names out;
  auto done = registry::view{from}.list(options, [&](const auto& one) {
    out.emplace_back(one.name);
    return true;
  });
  if (!done)
    out.push_back("! " + done.failure().message);
  return out;
}

/// The names in the tree at a length, with their owners' first bytes.
inline std::vector<std::pair<std::string, std::string>>
tree_content(const kv::snapshot& from, std::uint64_t length) {
  registry::log_blocks blocks{from};
  bee::tree version{blocks, length};
  std::vector<std::pair<std::string, std::string>> out;
  auto entries = version.entries();
  for (auto got = entries.next(); got && *got; got = entries.next())
    out.emplace_back(*bee::decode_name((*got)->key),
                     std::to_string((*got)->value->front()));
  return out;
}

} // namespace hyper::test
