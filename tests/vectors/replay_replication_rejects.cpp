// hypercore-rejects.json: a scripted peer against our side, with the real
// multiplexer below and a real log above. Our reaction must be that of the
// original; where it stores nothing, so must we.

#include "base/text.hpp"
#include "net/replication/limits.hpp"
#include "store/log/layout.hpp"
#include "tests/net/replication/recorded.hpp"
#include "tests/vectors/replay_replication.hpp"
#include "tests/vectors/replication_host.hpp"
#include "tests/vectors/replication_values.hpp"

#include <algorithm>

namespace hyper::test {

namespace {

using namespace replication;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// The first number in a sentence, 0 if there is none.
std::uint64_t number_in(const std::string& sentence) {
  auto at = sentence.find_first_of("0123456789");
  return at == std::string::npos ? 0 : std::stoull(sentence.substr(at));
}

template <class T>
std::vector<T> only(const std::vector<message>& all) {
  std::vector<T> out;
  for (const auto& one : all)
    if (const auto* found = std::get_if<T>(&one))
      out.push_back(*found);
  return out;
}

constexpr std::uint64_t control_open = 1;
constexpr std::uint64_t control_reject = 2;

class reject_case {
public:
  reject_case(const json::object& file, const json::object& what)
      : file_(file), core_(file.at("core").as_object()),
        against_(text(what.at("against"))),
        length_(file.at("blocks").as_array().size()) {
    if (auto told = number_in(against_); told > 0)
      length_ = told;
    for (const auto& entry : what.at("transcript").as_array())
      read(entry.as_object());
    if (has(what, "afterwards"))
      afterwards_ = what.at("afterwards").as_object();
  }

  void replay(report& out) {
    auto ours = make_host();
    begin(ours);
    for (const auto& frames : script_)
      ours.hear(frames);
    act_out_events(ours, out);
    ours.wait();
    compare_ending(ours, out);
    if (is_reader())
      compare_reader(ours, out);
    else
      compare_writer(ours, out);
  }

private:
  // -- the case --------------------------------------------------------------

  void read(const json::object& step) {
    if (has(step, "event")) {
      events_.push_back(text(step.at("event")));
      return;
    }
    auto frame = hex(step.at("hex"));
    if (text(step.at("from")) != "reference") {
      if (script_.empty() || answered_)
        script_.emplace_back();
      script_.back().push_back(frame);
      answered_ = false;
      return;
    }
    answered_ = true;
    for (const auto& one : split_frame(frame)) {
      if (one.channel == 0 && one.type == control_reject)
        rejected_.push_back(base::reader{one.payload}.uint());
      else if (one.channel != 0)
        said_.push_back(*decode(one.type, one.payload));
    }
  }

  bool has_event(std::string_view part) const {
    return std::ranges::any_of(
        events_, [&](const auto& one) { return contains(one, part); });
  }

  bool is_reader() const { return contains(against_, "reader"); }
  bool starts_empty() const { return contains(against_, "nothing"); }

  // The original counts such a log as closed and gives no state for it.
  bool ends_frozen() const {
    return afterwards_ && afterwards_->at("paused").is_string();
  }

  // -- what was there before the transcript begins ---------------------------

  base::bytes right_open() const {
    auto key = fixed_hex<32>(core_.at("key"));
    auto hash = fixed_hex<64>(file_.at("handshakeHash"));
    base::writer out;
    out.uint(0);
    out.uint(control_open);
    out.uint(1);
    out.string(protocol);
    out.buffer(hex(core_.at("discoveryKey")));
    out.raw(
        encode(handshake{true, capability(stream_role::initiator, hash, key)}));
    return out.release();
  }

  // Cases about the opening begin before it, but for two: there a channel is
  // open, and its open comes again, or another one for the same log.
  bool begins_open() const {
    auto opens = [](const base::bytes& frame) {
      return frame.size() > 2 && frame[0] == 0 && frame[1] == control_open;
    };
    auto right = right_open();
    for (const auto& frames : script_)
      for (const auto& frame : frames)
        if (opens(frame))
          return script_.size() == 1 && frames.size() == 1 &&
                 (frame == right ||
                  (is_same_channel(frame, right) && !rejected_.empty()));
    return true;
  }

  // Two opens that differ in the number alone.
  static bool is_same_channel(base::bytes one, const base::bytes& other) {
    one[2] = other[2];
    return one == other;
  }

  host make_host() const {
    std::vector<base::bytes> blocks;
    for (std::uint64_t i = 0; i < length_; ++i)
      blocks.push_back(hex(file_.at("blocks").as_array().at(i)));
    auto writer = make_writer(core_);
    writer.append(signer_of(core_), blocks);
    auto hash = fixed_hex<64>(file_.at("handshakeHash"));
    if (!is_reader())
      return {std::move(writer), hash};
    if (starts_empty())
      return {make_reader(core_), hash};
    return {copy_of(writer, core_, {}), hash};
  }

  void begin(host& ours) const {
    if (!begins_open())
      return;
    ours.hear({right_open()});
    replication::sync first{0, 0, 0, true, true, true, false, false};
    if (is_reader())
      first = {0,    length_, starts_empty() ? 0 : length_, true, true, true,
               true, false};
    ours.hear_message(first);
    if (is_reader())
      ours.hear_message(range{false, 0, length_});
    ours.said.clear();
    for (auto block : waited_blocks())
      ours.fetch(block);
  }

  // The application waits for the blocks that the original asks for, and for
  // the newest one if it only asks who has something.
  std::vector<std::uint64_t> waited_blocks() const {
    std::vector<std::uint64_t> out;
    for (const auto& one : only<base::proof_request>(said_))
      if (one.block && std::ranges::find(out, one.block->index) == out.end())
        out.push_back(one.block->index);
    if (out.empty() && !only<want>(said_).empty())
      out.push_back(length_);
    if (out.empty() && has_event("asked 32 times"))
      out.push_back(0);
    return out;
  }

  // -- what is told and not written down -------------------------------------

  void act_out_events(host& ours, report& out) const {
    for (const auto& event : events_) {
      if (contains(event, "requests for an upgrade past the end"))
        ask_past_the_end(ours, number_in(event));
      if (contains(event, "asked") && contains(event, "then stopped"))
        out.equal(deny_all(ours), number_in(event), "requests until it stops");
    }
  }

  void ask_past_the_end(host& ours, std::uint64_t times) const {
    base::proof_request request;
    request.upgrade = base::upgrade_target{0, length_ + 1};
    for (request.id = 1; request.id <= times; ++request.id)
      ours.hear_message(request);
  }

  static std::uint64_t deny_all(host& ours) {
    std::uint64_t denied = 0;
    while (denied < 1000) {
      auto requests = only<base::proof_request>(ours.said);
      if (denied == requests.size())
        break;
      ours.hear_message(
          no_data{requests[denied++].id, base::no_data_reason::not_available});
    }
    return denied;
  }

  // -- the reaction ----------------------------------------------------------

  void compare_ending(const host& ours, report& out) const {
    out.equal(ours.destroyed ? 1 : 0, has_event("stream closed") ? 1 : 0,
              "the stream has ended");
    out.check(ours.rejected == rejected_, "rejected channels");
    const auto& blocks = file_.at("blocks").as_array();
    for (std::uint64_t i = 0; i < blocks.size(); ++i)
      if (ours.log.state.blocks.contains(i))
        out.check(
            base::equal(**log::read_block(*ours.log.read(), i), hex(blocks[i])),
            "block " + std::to_string(i) + " is the signed one");
  }

  void compare_writer(const host& ours, report& out) const {
    if (ours.destroyed)
      return;
    compare_same<base::proof>(ours, out);
    compare_same<no_data>(ours, out);
    compare_announced<replication::sync>(ours, out);
    compare_announced<range>(ours, out);
    compare_same<bitfield>(ours, out);
  }

  // How often something is said that is said twice is a matter of timing.
  template <class T>
  void compare_announced(const host& ours, report& out) const {
    auto mine = only<T>(ours.said);
    auto theirs = only<T>(said_);
    for (const auto& one : mine)
      out.check(std::ranges::find(theirs, one) != theirs.end(),
                "said " + base::to_hex(encode(message{one})));
    for (const auto& one : theirs)
      out.check(std::ranges::find(mine, one) != mine.end(),
                "missing " + base::to_hex(encode(message{one})));
  }

  template <class T>
  void compare_same(const host& ours, report& out) const {
    auto mine = only<T>(ours.said);
    auto theirs = only<T>(said_);
    auto name = message_names[type_of(message{T{}})];
    out.equal(mine.size(), theirs.size(), std::string{name} + " messages");
    for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i)
      out.equal(encode(message{mine[i]}),
                base::to_hex(encode(message{theirs[i]})), name);
  }

  void compare_reader(const host& ours, report& out) const {
    if (ends_frozen())
      return out.check(ours.log.frozen, "two histories freeze the log");
    compare_requests(ours, out);
    compare_same<want>(ours, out);
    if (!ours.forked)
      out.check(ours.faults.empty() != has_event("verification-error"),
                "what is wrong is found");
    compare_afterwards(ours, out);
  }

  // We may ask once more than the original: it waits for something to wake it
  // where we ask again at once. It asks for other forks, we do not.
  void compare_requests(const host& ours, report& out) const {
    auto mine = only<base::proof_request>(ours.said);
    auto theirs = only<base::proof_request>(said_);
    std::erase_if(theirs, [&](const auto& one) {
      return one.fork != ours.log.state.current.fork;
    });
    auto told = has_event("then stopped");
    out.check(told || mine.size() <= theirs.size() + 1, "requests");
    out.check(mine.size() >= theirs.size(), "requests that are missing");
    for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i)
      out.check(is_same(mine[i], theirs[i]),
                "request " + base::to_hex(encode(message{mine[i]})));
  }

  // Numbers are the asker's own business, but for 0.
  static bool is_same(base::proof_request one, base::proof_request other) {
    if ((one.id == 0) != (other.id == 0))
      return false;
    one.id = other.id = 0;
    return one == other;
  }

  void compare_afterwards(const host& ours, report& out) const {
    if (!afterwards_)
      return;
    const auto& log = ours.log.state.current;
    out.equal(log.length(), number(afterwards_->at("length")), "length");
    out.equal(log.fork, number(afterwards_->at("fork")), "fork");
    // A peer of another fork needs no pause: it is not asked anyway.
    auto paused = ours.downloads.paused(1) != pause::none || ours.forked;
    out.equal(paused ? 1 : 0, afterwards_->at("paused").as_bool() ? 1 : 0,
              "paused");
    if (auto syncs = only<replication::sync>(said_); !syncs.empty())
      compare_last_sync(ours, syncs.back(), out);
  }

  // We may claim less than the original: what can be proved is guessed from
  // blocks alone.
  static void compare_last_sync(const host& ours, replication::sync theirs,
                                report& out) {
    auto mine = only<replication::sync>(ours.said);
    if (mine.empty())
      return out.check(false, "sync is missing");
    theirs.can_upgrade = theirs.can_upgrade && mine.back().can_upgrade;
    out.equal(encode(message{mine.back()}),
              base::to_hex(encode(message{theirs})), "the last sync");
  }

  const json::object& file_;
  const json::object& core_;
  std::string against_;
  std::uint64_t length_ = 0;
  std::vector<std::vector<base::bytes>> script_; ///< between our answers
  bool answered_ = false;
  std::vector<std::string> events_;
  std::vector<message> said_;
  std::vector<std::uint64_t> rejected_;
  std::optional<json::object> afterwards_;
};

} // namespace

void replay_reject(const json::object& file, const json::object& reject,
                   report& out) {
  for (const auto& entry : reject.at("transcript").as_array())
    if (has(entry.as_object(), "hex"))
      replay_frame_values(entry.as_object(), out);
  reject_case{file, reject}.replay(out);
}

} // namespace hyper::test
