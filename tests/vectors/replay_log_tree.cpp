// merkle.json: tree, signatures, byte positions, proofs, truncation.

#include "net/replication/messages.hpp"
#include "store/log/append.hpp"
#include "store/log/keys.hpp"
#include "store/log/layout.hpp"
#include "store/log/offsets.hpp"
#include "store/log/proof_plan.hpp"
#include "store/log/proofs.hpp"
#include "store/log/verify.hpp"
#include "tests/store/log/written_log.hpp"
#include "tests/support/vectors.hpp"

namespace {

using namespace hyper;
namespace flat = base::flat_tree;
using test::fixed_hex;
using test::json::object;
using test::json::value;

const value* optional_member(const object& from, const char* name) {
  const auto* found = from.if_contains(name);
  return found != nullptr && !found->is_null() ? found : nullptr;
}

base::key_pair to_key_pair(const object& from) {
  return {fixed_hex<32>(from.at("publicKey")),
          fixed_hex<64>(from.at("secretKey"))};
}

// The formula that the file's "about" gives.
base::bytes block_of(std::uint64_t i, std::uint64_t salt) {
  base::bytes block((i * 7 + salt) % 61);
  for (std::uint64_t j = 0; j < block.size(); ++j)
    block[j] = static_cast<std::uint8_t>(i + 3 * j + salt);
  return block;
}

base::tree_node to_node(const value& from) {
  if (from.is_array())
    return {test::number(from.at(0)), test::number(from.at(1)),
            fixed_hex<32>(from.at(2))};
  return {test::number(from.at("index")), test::number(from.at("size")),
          fixed_hex<32>(from.at("hash"))};
}

std::vector<base::tree_node> to_nodes(const value& list) {
  std::vector<base::tree_node> nodes;
  for (const auto& one : list.as_array())
    nodes.push_back(to_node(one));
  return nodes;
}

std::vector<base::bytes> to_blocks(const value& list) {
  std::vector<base::bytes> blocks;
  for (const auto& one : list.as_array())
    blocks.push_back(test::hex(one));
  return blocks;
}

void replay_flat_row(const value& row, test::report& out) {
  auto index = test::number(row.at(0));
  out.equal(flat::depth(index), test::number(row.at(1)), "depth");
  out.equal(flat::offset(index), test::number(row.at(2)), "offset");
  out.equal(flat::parent(index), test::number(row.at(3)), "parent");
  out.equal(flat::sibling(index), test::number(row.at(4)), "sibling");
  if (flat::depth(index) > 0) {
    out.equal(flat::left_child(index), test::number(row.at(5)), "left");
    out.equal(flat::right_child(index), test::number(row.at(6)), "right");
  }
  out.equal(flat::first_leaf(index), test::number(row.at(7)), "first leaf");
  out.equal(flat::last_leaf(index), test::number(row.at(8)), "last leaf");
}

void replay_flat_tree(const object& part, test::report& out) {
  for (const auto& row : part.at("rows").as_array())
    replay_flat_row(row, out);
  for (const auto& row : part.at("fullRoots").as_array()) {
    std::vector<std::uint64_t> want;
    for (const auto& root : row.at(1).as_array())
      want.push_back(test::number(root));
    out.check(flat::roots(test::number(row.at(0))) == want, "roots");
  }
}

// What the file says about one end of a log; not every part says all of it.
void replay_end(const object& want, const test::written_log& log,
                test::report& out) {
  const auto& head = log.head();
  out.equal(head.length(), test::number(want.at("length")), "length");
  out.equal(head.hash(), test::text(want.at("rootHash")), "root hash");
  if (optional_member(want, "fork") == nullptr)
    return;
  out.equal(head.fork, test::number(want.at("fork")), "fork");
  out.equal(head.byte_length(), test::number(want.at("byteLength")), "bytes");
  std::vector<std::uint64_t> roots;
  for (const auto& root : want.at("roots").as_array())
    roots.push_back(test::number(root));
  bool same = roots.size() == head.roots.size();
  for (std::size_t i = 0; same && i < roots.size(); ++i)
    same = head.roots[i].index == roots[i];
  out.check(same, "roots");
  out.equal(log::signable(log.id(), 0, head.hash(), head.length(), head.fork),
            test::text(want.at("signable")), "signable");
  out.equal(head.signature, test::text(want.at("signature")), "signature");
  out.check(log::verify_signature(log.id(), log::tree{head.roots}, head.fork,
                                  head.signature),
            "signature verifies");
}

void replay_nodes(const value& list, const test::written_log& log,
                  test::report& out) {
  for (const auto& want : to_nodes(list))
    out.check(log.node(want.index) == want, "stored node");
}

void replay_appends(const object& file, test::written_log& log,
                    test::report& out) {
  for (const auto& one : file.at("appends").as_array()) {
    const auto& want = one.as_object();
    auto block = test::hex(want.at("block"));
    out.check(block ==
                  block_of(log.head().length(), test::number(file.at("salt"))),
              "block of the formula");
    log.append({block});
    replay_end(want, log, out);
    replay_nodes(want.at("newNodes"), log, out);
  }
}

void replay_byte_offsets(const object& part, const test::written_log& log,
                         test::report& out) {
  auto now = log.now();
  for (const auto& row : part.at("blockOffsets").as_array()) {
    auto got = log::byte_offset(*now, log.head(), test::number(row.at(0)));
    out.check(got && *got == test::number(row.at(1)), "byte offset");
  }
  for (const auto& row : part.at("seeks").as_array()) {
    auto got = log::seek(*now, log.head(), test::number(row.at(0)));
    if (row.at(1).is_null())
      out.check(!got, "seek beyond the end");
    else
      out.check(got && *got == log::position{test::number(row.at(1).at(0)),
                                             test::number(row.at(1).at(1))},
                "seek");
  }
}

base::proof_request to_request(const object& from) {
  base::proof_request request;
  request.id = 1;
  if (const auto* part = optional_member(from, "block"))
    request.block = {test::number(part->at("index")),
                     test::number(part->at("nodes"))};
  if (const auto* part = optional_member(from, "hash"))
    request.hash = {test::number(part->at("index")),
                    test::number(part->at("nodes"))};
  if (const auto* part = optional_member(from, "seek"))
    request.seek = {test::number(part->at("bytes")),
                    test::number(part->at("padding"))};
  if (const auto* part = optional_member(from, "upgrade"))
    request.upgrade = {test::number(part->at("start")),
                       test::number(part->at("length"))};
  return request;
}

base::proof to_proof(const object& from) {
  base::proof proof;
  proof.request = test::number(from.at("request"));
  proof.fork = test::number(from.at("fork"));
  if (const auto* part = optional_member(from, "block"))
    proof.block = {test::number(part->at("index")),
                   test::hex(part->at("value")), to_nodes(part->at("nodes"))};
  if (const auto* part = optional_member(from, "hash"))
    proof.hash = {test::number(part->at("index")), to_nodes(part->at("nodes"))};
  if (const auto* part = optional_member(from, "seek"))
    proof.seek = {test::number(part->at("bytes")), to_nodes(part->at("nodes"))};
  if (const auto* part = optional_member(from, "upgrade"))
    proof.upgrade = {
        test::number(part->at("start")), test::number(part->at("length")),
        to_nodes(part->at("nodes")), to_nodes(part->at("additionalNodes")),
        test::hex(part->at("signature"))};
  return proof;
}

// A changed message is refused, or what it makes a reader store is true.
void replay_mutations(const test::written_log& log,
                      const test::tree_copy& reader,
                      const base::proof_request& request,
                      const base::proof& good, test::report& out) {
  test::mutate(replication::encode(good), 200, [&](base::bytes_view bad) {
    auto decoded = replication::decode(3, bad);
    if (!decoded)
      return;
    auto verdict = reader.verify(request, std::get<base::proof>(*decoded));
    const auto* accepted = std::get_if<log::verified>(&verdict);
    out.check(accepted == nullptr || log.holds(accepted->writes),
              "a changed proof was stored");
  });
}

// Whether a reader of `start` blocks knows the node to which the request
// climbs. One that climbs higher gets an answer that it cannot check.
bool leads_to_known(const base::proof_request& request, std::uint64_t start) {
  auto wanted = log::wanted_in(request);
  if (!wanted || wanted->last_block() >= start)
    return true;
  auto root = log::climbed_from(*wanted, 2 * start);
  return root.has_value();
}

void replay_proof(const object& entry, const test::written_log& log,
                  test::report& out) {
  auto request = to_request(entry.at("request").as_object());
  auto message = test::hex(entry.at("requestMessage"));
  auto decoded = replication::decode(1, message);
  out.check(decoded && std::get<base::proof_request>(*decoded) == request,
            "request message");
  auto got = log::make_proof(*log.now(), log.head(), request);
  if (entry.contains("error")) {
    out.check(got && std::holds_alternative<log::refusal>(*got), "refused");
    return;
  }
  if (!got || !std::holds_alternative<base::proof>(*got))
    return out.check(false, "no proof");
  const auto& proof = std::get<base::proof>(*got);
  out.check(proof == to_proof(entry.at("data").as_object()), "proof");
  out.equal(replication::encode(proof), test::text(entry.at("dataMessage")),
            "data message");
  auto start = request.upgrade ? request.upgrade->start : log.head().length();
  test::tree_copy reader{log, start};
  auto verdict = reader.verify(request, proof);
  out.check(std::holds_alternative<log::verified>(verdict) ==
                leads_to_known(request, start),
            "verifies");
  replay_mutations(log, reader, request, proof, out);
}

void replay_proofs(const value& list, const test::written_log& log,
                   test::report& out) {
  for (const auto& entry : list.as_array())
    replay_proof(entry.as_object(), log, out);
}

void replay_large(const object& file, test::report& out) {
  const auto& part = file.at("large").as_object();
  test::written_log log{to_key_pair(file)};
  std::vector<base::bytes> blocks;
  for (std::uint64_t i = 0; i < test::number(part.at("length")); ++i)
    blocks.push_back(block_of(i, test::number(file.at("salt"))));
  log.append(blocks);
  replay_end(part, log, out);
  replay_nodes(part.at("nodes"), log, out);
  replay_proofs(part.at("proofs"), log, out);
}

void replay_truncate(const object& part, test::written_log& log,
                     test::report& out) {
  log.truncate(test::number(part.at("to")));
  replay_end(part.at("after").as_object(), log, out);
  const auto& appended = part.at("appended").as_object();
  log.append(to_blocks(appended.at("blocks")));
  replay_end(appended, log, out);
  replay_nodes(appended.at("nodes"), log, out);
  out.equal(log.node_count(), appended.at("nodes").as_array().size(),
            "no other nodes are stored");
}

void replay_old(const object& part, log::identity id, test::report& out) {
  out.equal(id.key, test::text(part.at("key")), "key of an old log");
  test::written_log log{std::move(id), to_key_pair(part)};
  log.append(to_blocks(part.at("blocks")));
  replay_end(part, log, out);
}

void replay_version0(const object& part, test::report& out) {
  auto who = base::decode_manifest(test::hex(part.at("manifest")));
  out.check(who && who->version == 0, "manifest of version 0");
  replay_old(part, log::identity_of(*who), out);
}

void replay_compat(const object& part, test::report& out) {
  auto key = fixed_hex<32>(part.at("publicKey"));
  auto who = log::compat_manifest(key);
  out.check(log::is_compat(key, who) == part.at("isCompat").as_bool(),
            "compat");
  replay_old(part, {key, who}, out);
}

void replay_multisig(const object& part, test::report& out) {
  auto who = base::decode_manifest(test::hex(part.at("manifest")));
  auto id = log::identity_of(*who);
  out.equal(id.key, test::text(part.at("key")), "key of a quorum");
  log::tree tree;
  for (const auto& block : to_blocks(part.at("blocks")))
    tree.append(block);
  out.equal(tree.length(), test::number(part.at("length")), "length");
  out.equal(tree.hash(), test::text(part.at("rootHash")), "root hash");
  std::uint64_t index = 0;
  for (const auto& one : part.at("signers").as_array()) {
    auto pair = to_key_pair(one.as_object());
    out.check(id.who.signers[index++].pub == pair.pub, "signer");
  }
  for (const auto& one : part.at("signatures").as_array()) {
    auto signature = test::hex(one.at("signature"));
    auto valid = one.at("valid").as_bool();
    out.check(log::verify_signature(id, tree, 0, signature) == valid,
              test::text(one.at("what")));
    base::reader in{signature};
    base::writer again;
    log::encode(again, log::decode_container(in));
    out.equal(again.data(), test::text(one.at("signature")), "container");
    if (valid)
      test::mutate(signature, 400, [&](base::bytes_view bad) {
        out.check(!log::verify_signature(id, tree, 0, bad),
                  "a changed signature of a quorum");
      });
  }
}

void run(const object& file, test::report& out) {
  out.equal(log::tree{}.hash(), test::text(file.at("emptyRootHash")),
            "empty tree");
  replay_flat_tree(file.at("flatTree").as_object(), out);
  test::written_log log{to_key_pair(file)};
  out.equal(log.id().key, test::text(file.at("key")), "key");
  replay_appends(file, log, out);
  replay_byte_offsets(file.at("byteOffsets").as_object(), log, out);
  replay_proofs(file.at("proofs"), log, out);
  replay_large(file, out);
  replay_truncate(file.at("truncate").as_object(), log, out);
  replay_version0(file.at("version0").as_object(), out);
  replay_compat(file.at("compat").as_object(), out);
  replay_multisig(file.at("multisig").as_object(), out);
}

bool accepts(const object& file) {
  return file.contains("flatTree") && file.contains("appends") &&
         file.contains("multisig");
}

const test::register_replayer here{{"log tree", accepts, run}};

} // namespace
