// The scenarios of hypercore-replication.json. What a run decides by chance or
// by timing (which block first, how syncs are joined) is not compared; what
// every run must agree on is.

#include "base/flat_tree.hpp"
#include "base/text.hpp"
#include "net/replication/channel.hpp"
#include "net/replication/downloader.hpp"
#include "tests/vectors/replay_replication.hpp"
#include "tests/vectors/replication_conversation.hpp"
#include "tests/vectors/replication_logs.hpp"
#include "tests/vectors/replication_values.hpp"

#include <algorithm>
#include <set>

namespace hyper::test {

namespace {

using namespace replication;

constexpr source_id remote_id = 1;
const base::instant now{};

stream_role other(stream_role role) {
  return role == stream_role::initiator ? stream_role::responder
                                        : stream_role::initiator;
}

// What a sync says of its sender. How much it has heard of the other side is
// a matter of timing.
bool says_the_same(const replication::sync& one,
                   const replication::sync& other) {
  return one.fork == other.fork && one.length == other.length &&
         one.uploading == other.uploading &&
         one.downloading == other.downloading &&
         one.has_manifest == other.has_manifest &&
         one.allow_push == other.allow_push;
}

void check_among(const std::vector<replication::sync>& some,
                 const std::vector<replication::sync>& all,
                 const std::string& name, report& out) {
  for (const auto& one : some)
    out.check(std::ranges::any_of(
                  all, [&](const auto& o) { return says_the_same(one, o); }),
              name + " " + base::to_hex(encode(message{one})));
}

// -- our uploader in the writer's place --------------------------------------

class writer_side {
public:
  writer_side(const conversation& what, const contents& blocks)
      : what_(what), contents_(blocks), signer_(signer_of(what.core)),
        log_(make_writer(what.core)) {}

  void replay(report& out) {
    auto first = said_by<replication::sync>(what_, true);
    if (first.empty() || !reach({first[0].fork, first[0].length}))
      return out.check(!first.empty(), "the writer says nothing");
    remove_gaps();
    channel_.emplace(
        channel_config{log_.state.key, what_.handshake_hash, what_.writer_role},
        head_of(log_.state), blocks_of(log_.state));
    out.equal(channel_->handshake(), base::to_hex(what_.writer_open),
              "the writer's open");
    out.check(channel_->handle_open(now, what_.reader_open).ok(),
              "the reader's open");
    for (auto one = what_.steps.begin(); one != what_.steps.end(); ++one) {
      if (one->by_writer)
        follow(one->what);
      else
        hear(one, out);
      pump();
    }
    compare(out);
  }

private:
  using head_key = std::pair<std::uint64_t, std::uint64_t>;

  // Makes the log as long as it was, or cuts it as it was cut.
  bool reach(head_key to) {
    auto [fork, length] = to;
    auto at = [&] { return log_.state.current; };
    while (at().fork < fork) {
      if (at().length() == 0)
        log_.append(signer_, {{'x'}});
      log_.truncate(signer_, std::min(length, at().length() - 1));
    }
    std::vector<base::bytes> fresh;
    for (auto i = at().length(); i < length; ++i) {
      auto block = contents_.at(fork, i);
      if (!block)
        return false;
      fresh.push_back(*block);
    }
    if (!fresh.empty())
      log_.append(signer_, fresh);
    return true;
  }

  // What the side of a transcript that has gaps does not have.
  void remove_gaps() {
    auto bits = said_by<bitfield>(what_, true);
    if (bits.empty())
      return;
    replication::block_set had;
    had.assign(bits[0].start, bits[0].words);
    for (std::uint64_t i = 0; i < log_.state.current.length(); ++i)
      if (!had.contains(i))
        log_.remove(i);
  }

  void follow(const message& recorded) {
    if (const auto* said = std::get_if<replication::sync>(&recorded)) {
      move_on({said->fork, said->length});
    } else if (const auto* gone = std::get_if<range>(&recorded);
               gone != nullptr && gone->drop && gone->length == 1) {
      log_.remove(gone->start);
      channel_->withdraw(now, {gone->start, gone->length});
    }
  }

  void move_on(head_key to) {
    auto [fork, length] = to;
    auto before = log_.state.current.length();
    auto start = fork == log_.state.current.fork ? before : length;
    if (start == before && length <= before)
      return;
    reach(to);
    channel_->announce(now, head_of(log_.state), {start, length - start});
  }

  using position = std::vector<step>::const_iterator;

  void hear(position at, report& out) {
    // The log may have grown between the request and its answer.
    if (const auto* asked = std::get_if<base::proof_request>(&at->what))
      if (auto length = answered_at(at, asked->id); length > 0)
        move_on({asked->fork, length});
    auto done =
        channel_->handle_message(now, type_of(at->what), encode(at->what));
    out.check(done.ok(), "the reader's message");
  }

  // The length of the log when the request was answered, if it shows.
  std::uint64_t answered_at(position at, std::uint64_t id) const {
    for (; at != what_.steps.end(); ++at) {
      const auto* proof = std::get_if<base::proof>(&at->what);
      if (proof == nullptr || proof->request != id)
        continue;
      if (!proof->upgrade || proof->fork != log_.state.current.fork)
        return 0;
      auto end = proof->upgrade->start + proof->upgrade->length;
      for (const auto& node : proof->upgrade->additional_nodes)
        end = base::flat_tree::last_leaf(node.index) / 2 + 1;
      return end;
    }
    return 0;
  }

  void pump() {
    while (auto one = channel_->poll_event()) {
      auto* asked = std::get_if<wanted>(&*one);
      if (asked == nullptr)
        continue;
      if (auto proof = prove(log_, asked->request))
        channel_->answer(now, std::move(*proof));
    }
    while (auto one = channel_->poll_transmit())
      said_.push_back(*decode(one->type, one->payload));
  }

  template <class T>
  std::vector<T> ours() const {
    std::vector<T> out;
    for (const auto& one : said_)
      if (const auto* found = std::get_if<T>(&one))
        out.push_back(*found);
    return out;
  }

  // The same answers, and no announcement that the original did not make too.
  void compare(report& out) const {
    compare_answers<base::proof>(out, "data of request ");
    compare_answers<no_data>(out, "no data for request ");
    auto mine = ours<replication::sync>();
    auto theirs = said_by<replication::sync>(what_, true);
    check_among(mine, theirs, "sync of ours", out);
    check_among(theirs, mine, "sync", out);
    compare_all<range>(out, "range ");
    compare_all<bitfield>(out, "bitfield ");
  }

  template <class T>
  void compare_answers(report& out, const std::string& name) const {
    auto mine = ours<T>();
    auto theirs = said_by<T>(what_, true);
    out.equal(mine.size(), theirs.size(), name + "(count)");
    for (const auto& one : theirs) {
      auto found = std::ranges::find(mine, one);
      out.check(found != mine.end(), name + std::to_string(one.request));
      if (found != mine.end())
        mine.erase(found);
    }
  }

  template <class T>
  void compare_all(report& out, const std::string& name) const {
    auto mine = ours<T>();
    auto theirs = said_by<T>(what_, true);
    for (const auto& one : theirs)
      out.check(std::ranges::find(mine, one) != mine.end(),
                name + base::to_hex(encode(message{one})));
    for (const auto& one : mine)
      out.check(std::ranges::find(theirs, one) != theirs.end(),
                name + "of ours " + base::to_hex(encode(message{one})));
  }

  const conversation& what_;
  const contents& contents_;
  base::key_pair signer_;
  stored_log log_;
  std::optional<channel> channel_;
  std::vector<message> said_;
};

// -- our reader in the reader's place ----------------------------------------

class reader_side : private tree_view {
public:
  reader_side(const conversation& what, stored_log log)
      : what_(what), log_(std::move(log)),
        channel_(channel_config{log_.state.key, what.handshake_hash,
                                other(what.writer_role)},
                 head_of(log_.state), blocks_of(log_.state)),
        downloads_({fetch_mode::sparse}, head_of(log_.state),
                   blocks_of(log_.state)) {}

  void replay(report& out) {
    auto fork = log_.state.current.fork;
    out.equal(channel_.handshake(), base::to_hex(what_.reader_open),
              "the reader's open");
    out.check(channel_.handle_open(now, what_.writer_open).ok(),
              "the writer's open");
    out.check(downloads_.peer_opened(now, remote_id), "a peer");
    collect();
    for (const auto& one : what_.steps) {
      if (one.by_writer)
        hear(one.what, out);
      else
        follow(one.what, out);
      collect();
    }
    out.equal(log_.state.current.fork, fork, "fork of the reader");
    compare_head_requests(out);
    compare_syncs(out);
  }

private:
  std::uint64_t missing_nodes(std::uint64_t block) const override {
    return *log::missing_nodes(*log_.read(), log_.state.current.length(),
                               2 * block);
  }

  // Asks what was asked then, if it is of the fork that we have.
  void follow(const message& recorded, report& out) {
    if (const auto* said = std::get_if<replication::sync>(&recorded))
      channel_.set_downloading(now, said->downloading);
    if (const auto* gone = std::get_if<cancel>(&recorded))
      channel_.cancel(now, gone->request);
    const auto* request = std::get_if<base::proof_request>(&recorded);
    if (request == nullptr || request->fork != log_.state.current.fork)
      return;
    out.check(channel_.request(now, *request), "a request");
    if (request->block && !request->upgrade)
      out.check(missing_nodes(request->block->index) <= request->block->nodes,
                "nodes of block " + std::to_string(request->block->index));
    if (request->upgrade || request->manifest)
      asked_.push_back(*request);
  }

  void hear(const message& recorded, report& out) {
    auto done =
        channel_.handle_message(now, type_of(recorded), encode(recorded));
    out.check(done.ok(), "the writer's message");
    while (auto one = channel_.poll_event()) {
      if (auto* got = std::get_if<received>(&*one))
        take(*got, out);
      else if (auto* said = std::get_if<replication::sync>(&*one))
        downloads_.handle_sync(now, remote_id, *said);
      else if (auto* has = std::get_if<range>(&*one))
        downloads_.handle_range(now, remote_id, *has);
      else if (auto* bits = std::get_if<bitfield>(&*one))
        downloads_.handle_bitfield(now, remote_id, *bits);
    }
  }

  void take(const received& got, report& out) {
    auto fault = log_.take(got.asked, got.proof);
    out.check(!fault, "proof for request " + std::to_string(got.asked.id));
    block_range fresh;
    if (got.proof.block) {
      auto index = got.proof.block->index;
      out.check(log_.state.blocks.contains(index), "a block is stored");
      fresh = {index, 1};
    }
    if (got.asked.upgrade || got.asked.manifest)
      downloads_.verified(now, remote_id, our_head_request_,
                          head_of(log_.state), fresh);
    else
      downloads_.update(now, head_of(log_.state), fresh);
    channel_.announce(now, head_of(log_.state), fresh);
  }

  // What our download would have asked for, and what our channel says.
  void collect() {
    while (auto one = downloads_.poll_transmit(*this))
      if (auto* request = std::get_if<base::proof_request>(&one->what)) {
        our_head_request_ = request->id;
        request->id = 0;
        ours_.push_back(*request);
      }
    while (auto one = channel_.poll_transmit())
      if (one->type == type_of(message{replication::sync{}}))
        syncs_.push_back(
            std::get<replication::sync>(*decode(one->type, one->payload)));
  }

  // The first is the same; the ways to the last may differ by timing.
  void compare_head_requests(report& out) {
    out.check(ours_.empty() == asked_.empty(), "requests for the head");
    if (ours_.empty() || asked_.empty())
      return;
    asked_[0].id = 0;
    out.equal(encode(message{ours_[0]}),
              base::to_hex(encode(message{asked_[0]})),
              "the first request for the head");
    out.equal(end_of(ours_.back()), end_of(asked_.back()),
              "the length that is asked for last");
  }

  static std::uint64_t end_of(const base::proof_request& request) {
    return request.upgrade ? request.upgrade->start + request.upgrade->length
                           : 0;
  }

  // We join syncs that the original sends one by one, so ours are among them.
  void compare_syncs(report& out) const {
    check_among(syncs_, said_by<replication::sync>(what_, false),
                "sync of the reader", out);
  }

  const conversation& what_;
  stored_log log_;
  channel channel_;
  downloader downloads_;
  std::uint64_t our_head_request_ = 0;
  std::vector<base::proof_request> asked_;
  std::vector<base::proof_request> ours_;
  std::vector<replication::sync> syncs_;
};

// The reader as it was when it connected: so long, with those blocks.
stored_log reader_log(const conversation& what, const contents& blocks) {
  auto syncs = said_by<replication::sync>(what, false);
  if (syncs.empty() || syncs[0].length == 0)
    return make_reader(what.core);
  auto writer = make_writer(what.core);
  std::vector<base::bytes> values;
  for (std::uint64_t i = 0; i < syncs[0].length; ++i)
    values.push_back(
        blocks.at(syncs[0].fork, i).value_or(base::bytes{'l', 'o', 's', 't'}));
  writer.append(signer_of(what.core), values);
  std::vector<std::uint64_t> held;
  auto ranges = said_by<range>(what, false);
  for (std::uint64_t i = 0; !ranges.empty() && i < ranges[0].length; ++i)
    held.push_back(i);
  return copy_of(writer, what.core, held);
}

void replay_log(const json::object& scenario, const json::array& all,
                std::string_view core, std::string_view blocks, report& out) {
  auto what = read_conversation(scenario, core);
  contents values{what, scenario, all, blocks};
  writer_side{what, values}.replay(out);
  reader_side{what, reader_log(what, values)}.replay(out);
}

} // namespace

void replay_scenario(const json::object& scenario, const json::array& all,
                     report& out) {
  for (const auto& entry : scenario.at("transcript").as_array())
    if (entry.as_object().contains("hex"))
      replay_frame_values(entry.as_object(), out);
  replay_log(scenario, all, "core", "blocks", out);
  if (has(scenario, "second"))
    replay_log(scenario, all, "second", "secondBlocks", out);
}

} // namespace hyper::test
