#include "base/text.hpp"
#include "store/bee/diff.hpp"
#include "store/bee/history.hpp"
#include "store/log/keys.hpp"
#include "store/log/signature.hpp"
#include "tests/vectors/bee_case.hpp"

namespace hyper::test {

void equal_log(const std::vector<base::bytes>& blocks, const json::object& want,
               const base::key_pair& signer, std::string_view what,
               report& out) {
  std::string name{what};
  log::tree tree;
  for (const auto& block : blocks)
    tree.append(block);
  out.equal(tree.length(), number(want.at("length")), name + ": length");
  out.equal(tree.byte_length(), number(want.at("byteLength")),
            name + ": byte length");
  out.equal(tree.hash(), text(want.at("rootHash")), name + ": root hash");
  auto who = log::identity_of(log::single_signer_manifest(signer.pub));
  out.equal(log::sign(who, tree, 0, signer), text(want.at("signature")),
            name + ": signature");
}

namespace {

const spelling registry_spelling{};

void replay_operations(const json::object& run, memory_log& log, report& out) {
  const auto& ops = run.at("ops").as_array();
  const auto& lengths = run.at("lengthAfterOp").as_array();
  out.equal(ops.size(), lengths.size(), "a length for each operation");
  for (std::size_t i = 0; i < ops.size(); ++i) {
    auto key = registry_spelling.key(ops[i].at(1));
    log.run([&](bee::writer& to) {
      if (text(ops[i].at(0)) == "put")
        out.check(to.put(key, hex(ops[i].at(2))).ok(), "put");
      else
        out.check(to.del(key).ok(), "del");
    });
    out.equal(log.blocks.length(), number(lengths[i]),
              "length after operation " + std::to_string(i));
  }
  const auto& blocks = run.at("blocks").as_array();
  out.equal(log.blocks.length(), blocks.size(), "number of blocks");
  for (std::size_t i = 0; i < std::min(log.blocks.length(), blocks.size()); ++i)
    out.equal(log.blocks.blocks()[i], text(blocks[i]),
              "block " + std::to_string(i));
}

bee::range_options options_of(const json::object& recorded) {
  bee::range_options out;
  auto bound = [&](const char* member) -> std::optional<base::bytes> {
    const auto* name = recorded.at("range").as_object().if_contains(member);
    if (name == nullptr)
      return std::nullopt;
    return registry_spelling.key(*name);
  };
  out.keys = {bound("gt"), bound("gte"), bound("lt"), bound("lte")};
  const auto& options = recorded.at("options").as_object();
  if (const auto* reverse = options.if_contains("reverse"))
    out.reverse = reverse->as_bool();
  if (const auto* limit = options.if_contains("limit"))
    out.limit = number(*limit);
  return out;
}

void check_range(const bee::tree& version, const json::object& want,
                 report& out) {
  auto what = "range " + json::serialize(want.at("range")) +
              json::serialize(want.at("options"));
  auto entries = version.entries(options_of(want));
  const auto& seqs = want.at("seqs").as_array();
  const auto& keys = want.at("keys").as_array();
  for (std::size_t i = 0; i < seqs.size(); ++i) {
    auto got = entries.next();
    out.check(got && *got && (*got)->seq == number(seqs[i]) &&
                  base::equal((*got)->key, registry_spelling.key(keys[i])),
              what);
  }
  auto end = entries.next();
  out.check(end && !*end, what + ": ends");
  if (const auto* peek = want.if_contains("peek")) {
    auto first = version.peek(options_of(want));
    bool same =
        first &&
        (peek->is_null() ? !*first
                         : *first && base::equal((*first)->key,
                                                 registry_spelling.key(*peek)));
    out.check(same, what + ": peek");
  }
}

void check_get(const bee::tree& version, const json::array& want, report& out) {
  auto what = "get " + text(want[0]);
  auto got = version.get(registry_spelling.key(want[0]));
  if (!got)
    return out.check(false, what + ": " + got.failure().message);
  equal_seq(*got, want[1], what, out);
  if (*got && !want[2].is_null())
    out.equal(*(*got)->value, text(want[2]), what + ": value");
}

bee::history_options history_options_of(const json::object& recorded) {
  bee::history_options out;
  auto bound = [&](const char* member) -> std::optional<std::int64_t> {
    const auto* value = recorded.if_contains(member);
    if (value == nullptr)
      return std::nullopt;
    return value->to_number<std::int64_t>();
  };
  out.gt = bound("gt");
  out.gte = bound("gte");
  out.lt = bound("lt");
  out.lte = bound("lte");
  if (const auto* reverse = recorded.if_contains("reverse"))
    out.reverse = reverse->as_bool();
  if (const auto* limit = recorded.if_contains("limit"))
    out.limit = number(*limit);
  return out;
}

void check_history(const bee::tree& version, const json::object& want,
                   report& out) {
  auto what = "history " + json::serialize(want.at("options"));
  bee::history changes{version.source(), version.length(),
                       history_options_of(want.at("options").as_object())};
  for (const auto& one : want.at("entries").as_array()) {
    auto got = changes.next();
    if (!got || !*got)
      return out.check(false, what + ": ends early");
    const auto& change = **got;
    bool is_put = change.what == bee::change::kind::put;
    auto value = registry_spelling.value(one.at(3));
    out.equal(change.of.seq, number(one.at(0)), what + ": block");
    out.check(is_put == (text(one.at(1)) == "put"), what + ": type");
    out.check(base::equal(change.of.key, registry_spelling.key(one.at(2))),
              what + ": key");
    out.check(value ? change.of.value && base::equal(*change.of.value, *value)
                    : !change.of.value,
              what + ": value");
  }
  auto end = changes.next();
  out.check(end && !*end, what + ": ends");
}

void check_checkout(const bee::tree& newest, const json::object& want,
                    report& out) {
  auto version = newest.checkout(number(want.at("version")));
  auto what = "version " + std::to_string(version.length());
  std::uint64_t count = 0;
  std::string listing;
  std::vector<std::string> names;
  auto entries = version.entries();
  for (auto got = entries.next(); got && *got; got = entries.next()) {
    names.emplace_back(*bee::decode_name((*got)->key));
    listing += std::to_string((*got)->seq) + "," + names.back() + "," +
               base::to_hex(*(*got)->value) + ";";
    ++count;
  }
  auto outer = [&](const char* member, bool first) {
    const auto& name = want.at(member);
    if (name.is_null())
      return names.empty();
    return !names.empty() &&
           text(name) == (first ? names.front() : names.back());
  };
  out.equal(count, number(want.at("count")), what + ": count");
  out.equal(base::blake2b(base::as_bytes(listing)),
            text(want.at("contentsHash")), what + ": contents");
  out.check(outer("first", true) && outer("last", false), what + ": ends");
}

void check_side(const std::optional<bee::entry>& got, const json::value& want,
                const std::string& what, report& out) {
  if (!got || want.is_null())
    return out.check(!got && want.is_null(), what);
  out.check(got->seq == number(want.at(0)) &&
                base::equal(got->key, registry_spelling.key(want.at(1))),
            what);
}

void check_diff(const bee::tree& newest, const json::object& want,
                report& out) {
  auto left = number(want.at("left"));
  auto right = number(want.at("right"));
  auto what =
      "diff " + std::to_string(left) + " " + std::to_string(right) + ": ";
  bee::diff changes{newest.checkout(left), newest.checkout(right)};
  for (const auto& pair : want.at("entries").as_array()) {
    auto got = changes.next();
    if (!got || !*got)
      return out.check(false, what + "ends early");
    check_side((*got)->left, pair.at(0), what + "left", out);
    check_side((*got)->right, pair.at(1), what + "right", out);
  }
  auto end = changes.next();
  out.check(end && !*end, what + "ends");
}

template <class Check>
void each(const json::object& run, const char* part, Check&& check) {
  if (const auto* all = run.if_contains(part))
    for (const auto& one : all->as_array())
      check(one);
}

} // namespace

void replay_long_bee(const json::object& run, report& out) {
  memory_log log;
  replay_operations(run, log, out);
  auto version = log.now();
  equal_contents(version, run.at("contents").as_array(), registry_spelling,
                 "long", out);
  each(run, "ranges", [&](const json::value& one) {
    check_range(version, one.as_object(), out);
  });
  each(run, "gets", [&](const json::value& one) {
    check_get(version, one.as_array(), out);
  });
  each(run, "history", [&](const json::value& one) {
    check_history(version, one.as_object(), out);
  });
  each(run, "checkouts", [&](const json::value& one) {
    check_checkout(version, one.as_object(), out);
  });
  each(run, "diffs", [&](const json::value& one) {
    check_diff(version, one.as_object(), out);
  });
  base::key_pair signer{fixed_hex<32>(run.at("publicKey")),
                        fixed_hex<64>(run.at("secretKey"))};
  equal_log(log.blocks.blocks(), run, signer, "long", out);
  auto who = log::identity_of(log::single_signer_manifest(signer.pub));
  out.equal(who.key, text(run.at("key")), "long: log key");
}

} // namespace hyper::test
