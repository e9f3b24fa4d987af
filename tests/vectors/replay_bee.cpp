#include "store/bee/history.hpp"
#include "store/log/keys.hpp"
#include "tests/vectors/bee_case.hpp"

// hyperbee.json: recorded operations and the blocks that they made, spoiled
// logs and what was read from them, one long run.

namespace hyper::test {

base::bytes spelling::key(const json::value& recorded) const {
  return length_first ? bee::encode_name(text(recorded))
                      : base::to_bytes(text(recorded));
}

std::optional<base::bytes> spelling::value(const json::value& recorded) const {
  if (recorded.is_null())
    return std::nullopt;
  return hex_values ? hex(recorded) : base::to_bytes(text(recorded));
}

void equal_seq(const std::optional<bee::entry>& got, const json::value& want,
               std::string_view what, report& out) {
  if (!got || want.is_null())
    return out.check(!got && want.is_null(), what);
  out.equal(got->seq, number(want), what);
}

void equal_contents(const bee::tree& version, const json::array& want,
                    const spelling& how, std::string_view what, report& out) {
  std::string name{what};
  auto entries = version.entries();
  for (const auto& one : want) {
    const auto& triple = one.as_array();
    auto got = entries.next();
    if (!got || !*got)
      return out.check(false, name + ": ends early");
    auto key = how.key(triple[1]);
    auto value = how.value(triple[2]);
    out.equal((*got)->seq, number(triple[0]), name + ": block");
    out.check(base::equal((*got)->key, key), name + ": key");
    out.check((*got)->value.has_value() == value.has_value() &&
                  (!value || base::equal(*(*got)->value, *value)),
              name + ": value");
    auto found = version.get(key);
    out.check(found && *found && (*found)->seq == (*got)->seq,
              name + ": get finds what the range gives");
  }
  auto end = entries.next();
  out.check(end && !*end, name + ": ends where it should");
}

namespace {

/// Every field of a recorded block, and the block again from its fields.
void check_block(base::bytes_view block, const json::object& want,
                 const std::string& what, report& out) {
  out.equal(block, text(want.at("hex")), what + ": bytes");
  if (want.contains("header")) {
    auto header = bee::decode_header(block);
    out.check(header && header->protocol == text(want.at("header")) &&
                  base::equal(bee::encode(*header), block),
              what + ": header");
    return;
  }
  auto node = bee::decode_node_block(block);
  if (!node)
    return out.check(false, what + ": " + node.failure().message);
  out.equal(node->key, text(want.at("key")), what + ": key");
  if (want.at("value").is_null())
    out.check(!node->value, what + ": no value");
  else
    out.equal(*node->value, text(want.at("value")), what + ": value");
  auto levels = bee::decode_index(node->index);
  json::array got;
  base::writer index;
  if (levels)
    for (const auto& level : *levels) {
      json::array children;
      for (const auto& child : level.children)
        children.push_back(json::array{child.seq, child.level});
      got.push_back(json::object{{"keys", json::value_from(level.keys)},
                                 {"children", children}});
      bee::append_level(index, level);
    }
  out.check(json::serialize(got) == json::serialize(want.at("levels")),
            what + ": levels");
  out.check(
      base::equal(bee::encode_node_block(index.data(), node->key, node->value),
                  block),
      what + ": the same bytes again");
}

spelling spelling_of(const json::object& recorded) {
  for (const auto& step : recorded.at("steps").as_array()) {
    const auto* put = step.as_object().if_contains("put");
    const auto& appended = step.at("appended").as_array();
    if (put == nullptr || appended.empty())
      continue;
    const auto& pair = put->as_array();
    const auto& block = appended.back().as_object();
    const auto& value = block.at("value");
    return {hex(block.at("key")) == bee::encode_name(text(pair[0])),
            value.is_null() || pair[1] == value};
  }
  return {};
}

std::vector<bee::operation> operations_of(const json::array& recorded,
                                          const spelling& how) {
  std::vector<bee::operation> out;
  for (const auto& one : recorded) {
    const auto& object = one.as_object();
    if (const auto* put = object.if_contains("put"))
      out.push_back({bee::operation::kind::put, how.key(put->at(0)),
                     how.value(put->at(1))});
    else
      out.push_back({bee::operation::kind::del, how.key(object.at("del")), {}});
  }
  return out;
}

/// The step's change. A condition is asked only about a key that exists.
void apply(const json::object& step, const spelling& how, bee::writer& to,
           report& out) {
  auto good = [&](const auto& done) {
    out.check(done.ok(), done ? "step" : done.failure().message);
  };
  auto refuses = [&](const base::bytes& key) {
    auto there = to.get(key);
    return there && *there && !step.at("answer").as_bool();
  };
  auto put = [&](const json::value& pair) {
    auto value = how.value(pair.at(1));
    good(to.put(how.key(pair.at(0)), value));
  };
  if (const auto* pair = step.if_contains("put"))
    return put(*pair);
  if (const auto* key = step.if_contains("del"))
    return good(to.del(how.key(*key)));
  if (const auto* all = step.if_contains("batch"))
    return good(to.batch(operations_of(all->as_array(), how)));
  if (const auto* pair = step.if_contains("putIf")) {
    if (!refuses(how.key(pair->at(0))))
      put(*pair);
    return;
  }
  const auto& key = step.at("delIf");
  if (!refuses(how.key(key)))
    good(to.del(how.key(key)));
}

void check_appended(const std::vector<base::bytes>& made,
                    const json::array& want, std::uint64_t first,
                    const std::string& what, report& out) {
  out.equal(made.size(), want.size(), what + ": number of blocks");
  for (std::size_t i = 0; i < std::min(made.size(), want.size()); ++i) {
    const auto& block = want[i].as_object();
    auto seq = number(block.at("seq"));
    out.equal(first + i, seq, what + ": block number");
    check_block(made[i], block, what + ": block " + std::to_string(seq), out);
  }
}

/// A case without its operations: the blocks themselves tell what they were.
void replay_blocks(const json::object& recorded, memory_log& log, report& out) {
  auto name = text(recorded.at("name"));
  const auto& all = recorded.at("appendedAll").as_array();
  for (std::size_t seq = 0; seq < all.size(); ++seq) {
    auto block = hex(all[seq].at("hex"));
    std::vector<base::bytes> made{block};
    if (seq == 0) {
      log.blocks.append(block);
    } else {
      auto node = bee::decode_node_block(block);
      auto deleted = node ? bee::is_deletion(*node, seq) : node.failure();
      made = log.run([&](bee::writer& to) {
        if (deleted && *deleted)
          out.check(to.del(node->key).ok(), name);
        else if (deleted)
          out.check(to.put(node->key, node->value).ok(), name);
      });
    }
    check_appended(made, json::array{all[seq]}, seq, name, out);
  }
}

/// The content of a sub-database is the range of keys behind its prefix. The
/// prefix is what its first key lacks.
void check_sub(const memory_log& log, const json::object& recorded,
               const char* part, report& out) {
  const auto* sub = recorded.if_contains(part);
  if (sub == nullptr || sub->as_array().empty())
    return;
  std::string prefix;
  const auto& first = sub->as_array()[0].as_array();
  for (const auto& one : recorded.at("contents").as_array())
    if (one.at(0) == first[0])
      prefix = text(one.at(1)).substr(0, text(one.at(1)).size() -
                                             text(first[1]).size());
  auto after = bee::after_prefix(base::as_bytes(prefix));
  bee::range_options options;
  options.keys.gte = base::to_bytes(prefix);
  options.keys.lt = after;
  auto entries = log.now().entries(options);
  for (const auto& one : sub->as_array()) {
    auto got = entries.next();
    out.check(got && *got && (*got)->seq == number(one.at(0)) &&
                  base::as_text((*got)->key) == prefix + text(one.at(1)) &&
                  base::as_text(*(*got)->value) == text(one.at(2)),
              std::string{part});
  }
  auto end = entries.next();
  out.check(end && !*end, std::string{part} + ": ends");
}

void check_metadata(const memory_log& log, const json::object& recorded,
                    report& out) {
  const auto* want = recorded.if_contains("metadata");
  if (want == nullptr)
    return;
  auto header = bee::decode_header(*log.blocks.block(0));
  auto same = [&](const std::optional<base::bytes>& got, const char* member) {
    const auto* value = want->as_object().if_contains(member);
    bool absent = value == nullptr || value->is_null();
    return absent ? !got : got && *got == hex(*value);
  };
  out.check(header && same(header->content_feed, "contentFeed") &&
                same(header->user_data, "userData"),
            "metadata");
}

/// A deleted key that the reference still finds; ours does not.
void check_get(memory_log& log, const json::object& want, const spelling& how,
               report& out) {
  auto key = how.key(want.at("key"));
  auto found = log.now().get(key);
  out.check(found.ok(), "get of a deleted key");
  if (found)
    equal_seq(*found, want.at("inTheTree"), "get of a deleted key", out);
  bee::writer again{log.blocks, log.blocks.length(), log.memory};
  out.check(again.del(key).ok(), "another delete");
  out.equal(again.blocks().size(),
            number(want.at("blocksAppendedByAnotherDelete")),
            "blocks of another delete");
}

void replay_case(const json::object& recorded, const base::key_pair& signer,
                 report& out) {
  auto name = text(recorded.at("name"));
  memory_log log;
  auto how = spelling_of(recorded);
  for (const auto& one : recorded.at("steps").as_array()) {
    const auto& step = one.as_object();
    auto first = log.blocks.length();
    auto made = log.run([&](bee::writer& to) { apply(step, how, to, out); });
    check_appended(made, step.at("appended").as_array(), first, name, out);
  }
  if (recorded.contains("appendedAll")) {
    how = {false, false};
    replay_blocks(recorded, log, out);
  }
  if (const auto* contents = recorded.if_contains("contents"))
    equal_contents(log.now(), contents->as_array(), how, name, out);
  check_sub(log, recorded, "subContents", out);
  check_sub(log, recorded, "deepContents", out);
  check_metadata(log, recorded, out);
  if (const auto* get = recorded.if_contains("get"))
    check_get(log, get->as_object(), how, out);
  equal_log(log.blocks.blocks(), recorded, signer, name, out);
}

/// What a reader of the registry gets: the owner, or an error.
void check_spoiled_get(const bee::tree& version, const json::object& want,
                       const std::string& name, report& out) {
  auto what = name + ": get " + text(want.at("get"));
  auto got = version.get(bee::encode_name(text(want.at("get"))));
  std::optional<base::public_key> owner;
  bool failed = !got;
  if (got && *got) {
    auto decoded = bee::decode_owner((*got)->value);
    failed = !decoded;
    if (decoded)
      owner = *decoded;
  }
  if (want.contains("error"))
    return out.check(failed, what + ": an error");
  if (failed)
    return out.check(false, what + ": no error");
  const auto& answer = want.at("answer");
  if (answer.is_null())
    return out.check(!owner, what + ": nothing");
  if (!owner)
    return out.check(false, what + ": something");
  out.equal((*got)->seq, number(answer.at("seq")), what + ": block");
  out.equal(*owner, text(answer.at("value")), what + ": owner");
}

void check_spoiled_stream(const bee::tree& version, const json::object& want,
                          const std::string& name, report& out) {
  std::uint64_t count = 0;
  bool failed = false;
  auto entries = version.entries();
  while (!failed) {
    auto got = entries.next();
    if (got && !*got)
      break;
    failed = !got || !bee::decode_name((*got)->key) ||
             !bee::decode_owner((*got)->value);
    count += failed ? 0 : 1;
  }
  out.equal(count, number(want.at("readEverything")), name + ": entries read");
  out.check(failed == want.contains("error"), name + ": ends as recorded");
}

void replay_spoiled(const json::object& recorded, report& out) {
  auto name = text(recorded.at("name"));
  bee::memory_blocks blocks;
  for (const auto& block : recorded.at("blocks").as_array())
    blocks.append(hex(block));
  bee::tree version{blocks, blocks.length()};
  for (const auto& one : recorded.at("results").as_array()) {
    const auto& result = one.as_object();
    if (result.contains("get"))
      check_spoiled_get(version, result, name, out);
    else
      check_spoiled_stream(version, result, name, out);
  }
}

bool accepts(const json::object& file) {
  const auto* run = file.if_contains("long");
  if (file.contains("spoiled") ||
      (run != nullptr && run->as_object().contains("lengthAfterOp")))
    return true;
  const auto* cases = file.if_contains("cases");
  return cases != nullptr && cases->is_array() && !cases->as_array().empty() &&
         cases->as_array()[0].as_object().contains("steps");
}

base::key_pair signer_of(const json::object& file) {
  return log::derive_key_pair(fixed_hex<32>(file.at("primaryKey")),
                              log::root_name_space, text(file.at("name")));
}

void run(const json::object& file, report& out) {
  if (const auto* cases = file.if_contains("cases"))
    for (const auto& one : cases->as_array())
      replay_case(one.as_object(), signer_of(file), out);
  if (const auto* spoiled = file.if_contains("spoiled"))
    for (const auto& one : spoiled->as_array())
      replay_spoiled(one.as_object(), out);
  if (const auto* long_run = file.if_contains("long"))
    replay_long_bee(long_run->as_object(), out);
}

const register_replayer here{{"bee", accepts, run}};

} // namespace

} // namespace hyper::test
