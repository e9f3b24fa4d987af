// Multiplexer and RPC vectors: frames that named calls have to write, an RPC
// endpoint that is handed frames, and every frame of a recorded registry.

#include "base/hash.hpp"
#include "base/keys.hpp"
#include "base/text.hpp"
#include "net/rpc/rpc.hpp"
#include "net/rpc/values.hpp"
#include "tests/support/vectors.hpp"

#include <utility>

namespace {

using namespace hyper;
using test::fixed_hex;
using test::hex;
using test::text;

bool accepts(const test::json::object& file) {
  return file.contains("scenarios") && file.contains("serverKey");
}

// --- frames: what a mux writes ----------------------------------------------

// Reads every message of a frame and writes it again the same way.
std::string rewritten(base::bytes_view frame) {
  mux::frame_cursor cursor{frame};
  mux::outbox out;
  auto is_batch = frame.size() >= 2 && frame[0] == 0 && frame[1] == 0;
  if (is_batch)
    out.cork();
  while (true) {
    auto next = cursor.next();
    if (!next)
      return "malformed";
    if (!*next)
      break;
    auto message = **next;
    if (message.channel != 0 || message.type != 1) {
      out.write(message);
      continue;
    }
    auto wanted = mux::decode_open(message.payload);
    if (!wanted)
      return "malformed";
    auto payload = encode(*wanted);
    out.write({message.channel, message.type, payload});
  }
  if (is_batch)
    out.uncork();
  auto again = out.poll();
  return again ? base::to_hex(*again) : "";
}

// A mux whose calls write the messages of a frame, in the same frame.
class caller {
public:
  caller() : mux_{roomy()} {}

  // Opens what the messages need, unseen: every channel below an open, and
  // every channel that something is sent on.
  void prepare(const mux::item& message) {
    if (message.channel != 0)
      return open_up_to(message.channel);
    auto number = message.type == 1 ? mux::decode_open(message.payload)->number
                                    : *mux::decode_number(message.payload);
    if (message.type == 1 && !std::exchange(opens_, true))
      open_up_to(number - 1);
    if (message.type == 2)
      prepare_reject(number);
    if (message.type == 3)
      open_up_to(number);
  }

  void say(const mux::item& message) {
    if (message.channel != 0) {
      auto sent = mux_.send(channels_.at(message.channel - 1), message.type,
                            message.payload);
      failed_ |= !sent.ok();
      return;
    }
    if (message.type == 1) {
      auto wanted = *mux::decode_open(message.payload);
      return open(wanted.protocol, wanted.id, wanted.handshake);
    }
    auto number = *mux::decode_number(message.payload);
    if (message.type == 3)
      mux_.close(channels_.at(number - 1));
    if (message.type == 2)
      receive_open(number);
  }

  void forget_written() {
    while (mux_.poll_transmit()) {
    }
  }

  std::string written() {
    auto frame = mux_.poll_transmit();
    return failed_ || !frame ? "nothing" : base::to_hex(*frame);
  }

  void cork() { mux_.cork(); }
  void uncork() { mux_.uncork(); }

private:
  static mux::limits roomy() {
    mux::limits many;
    many.channels_max = 1 << 20;
    many.rejects_max = 1 << 20;
    many.remote_numbers_max = 1 << 20;
    return many;
  }

  void open_up_to(std::uint64_t number) {
    while (channels_.size() < number)
      open("unseen", {}, {});
  }

  void open(const std::string& protocol, base::bytes_view id,
            base::bytes_view handshake) {
    channels_.push_back(*mux_.open(protocol, id, handshake));
  }

  // Earlier numbers of the remote are taken by channels that are open.
  void prepare_reject(std::uint64_t number) {
    open_up_to(number - 1);
    for (std::uint64_t earlier = 1; earlier < number; ++earlier)
      receive_open(earlier);
  }

  void receive_open(std::uint64_t number) {
    auto wanted = encode(mux::open_message{number, "unseen", {}, {}});
    auto frame = mux::encode_frame({0, 1, wanted});
    mux_.handle_message(frame);
    while (auto next = mux_.poll_event())
      failed_ |= std::holds_alternative<mux::failed>(*next);
  }

  mux::mux mux_;
  std::vector<mux::channel> channels_; ///< number n at n - 1
  bool opens_ = false;
  bool failed_ = false;
};

std::vector<mux::item> messages_of(base::bytes_view frame) {
  std::vector<mux::item> all;
  mux::frame_cursor cursor{frame};
  for (auto next = cursor.next(); next && *next; next = cursor.next())
    all.push_back(**next);
  return all;
}

std::string called_again(base::bytes_view frame) {
  caller calls;
  auto messages = messages_of(frame);
  auto is_batch = frame.size() >= 2 && frame[0] == 0 && frame[1] == 0;
  for (const auto& message : messages)
    calls.prepare(message);
  calls.forget_written();
  if (is_batch)
    calls.cork();
  for (const auto& message : messages)
    calls.say(message);
  if (is_batch)
    calls.uncork();
  return calls.written();
}

void check_frames(const test::json::array& rows, test::report& out) {
  for (const auto& row : rows) {
    auto what = text(row.at("what"));
    auto frame = hex(row.at("frame"));
    out.check(rewritten(frame) == text(row.at("frame")), what);
    auto again = called_again(frame);
    out.check(again == text(row.at("frame")), what + ": " + again);
  }
}

// --- scenarios: an endpoint that is handed frames ----------------------------

// The responders that the recording describes.
class responders {
public:
  explicit responders(rpc::endpoint& with) : rpc_(with) {}

  void handle(const rpc::called& call) {
    base::reader in{call.value};
    auto value = in.buffer();
    if (!known(call.method))
      return rpc_.refuse(call.call, rpc::unknown_method(call.method));
    if (in.failed())
      return rpc_.refuse(call.call, rpc::decode_error(in.failure().message));
    auto said = base::utf8_replace(value);
    if (call.method == "slow")
      return later_.push_back({call.call, "slow:" + said});
    if (call.method == "boom")
      return rpc_.refuse(call.call, rpc::request_error(failure(said)));
    if (call.method == "register")
      return reply(call.call, base::as_bytes("OK:" + said));
    reply(call.call, call.method == "echo" ? value : base::bytes_view{});
  }

  void finish_slow() {
    for (const auto& [call, answer] : std::exchange(later_, {}))
      reply(call, base::as_bytes(answer));
  }

private:
  struct late {
    rpc::call_id call;
    std::string answer;
  };

  static bool known(std::string_view method) {
    for (auto name : {"register", "slow", "boom", "none", "empty", "echo"})
      if (method == name)
        return true;
    return false;
  }

  static rpc::error_cause failure(const std::string& said) {
    rpc::error_cause cause{"went wrong", said.empty() ? "" : "E_CODE", {}};
    if (said == "context")
      cause.context = "some context";
    return cause;
  }

  void reply(rpc::call_id to, base::bytes_view value) {
    base::writer out;
    out.buffer(value);
    rpc_.answer(to, out.data());
  }

  rpc::endpoint& rpc_;
  std::vector<late> later_;
};

// An RPC endpoint as a server makes it: the channel is opened at once.
class server {
public:
  explicit server(base::bytes_view key)
      : rpc_{mux_, *mux_.open(rpc::protocol_name, key)}, answers_{rpc_} {
    mux_.poll_transmit();
  }

  void feed(base::bytes_view frame) {
    mux_.handle_message(frame);
    while (auto next = mux_.poll_event()) {
      if (const auto* got = std::get_if<mux::message>(&*next))
        rpc_.handle_message(*got);
      else if (std::holds_alternative<mux::closed>(*next))
        rpc_.handle_closed();
      else if (std::holds_alternative<mux::failed>(*next))
        failed_ = true;
      drain();
    }
  }

  // Slow answers come after every frame that was handed in.
  void settle() {
    answers_.finish_slow();
    drain();
  }

  std::vector<std::string> sent() {
    std::vector<std::string> frames;
    while (auto frame = mux_.poll_transmit())
      frames.push_back(base::to_hex(*frame));
    return frames;
  }

  // The original destroys the connection when its only channel closes.
  bool destroyed() const { return failed_ || closed_; }
  bool failed() const { return failed_; }
  bool closed() const { return closed_; }

private:
  void drain() {
    while (auto next = rpc_.poll_event()) {
      if (const auto* call = std::get_if<rpc::called>(&*next))
        answers_.handle(*call);
      closed_ |= std::holds_alternative<rpc::closed>(*next);
      failed_ |= std::holds_alternative<rpc::failed>(*next);
    }
  }

  mux::mux mux_;
  rpc::endpoint rpc_;
  responders answers_;
  bool failed_ = false;
  bool closed_ = false;
};

// The one scenario that is given as a rule: batches nested very deep.
base::bytes nested_batches(int depth) {
  base::bytes inside{4};
  for (int i = 0; i < depth; ++i) {
    base::writer out;
    out.uint(0);
    out.uint(0);
    out.uint(inside.size());
    inside = base::concat(out.data(), inside);
  }
  inside.insert(inside.begin(), 0);
  return inside;
}

void check_nested(const test::json::value& row, base::bytes_view key,
                  test::report& out) {
  server deep{key};
  deep.feed(nested_batches(5000));
  out.check(deep.failed(), text(row.at("what")));
}

void check_scenario(const test::json::value& row, base::bytes_view key,
                    test::report& out) {
  if (row.as_object().contains("build"))
    return check_nested(row, key, out);
  auto what = text(row.at("what"));
  server under_test{key};
  std::vector<base::bytes> frames;
  for (const auto& frame : row.at("in").as_array())
    frames.push_back(hex(frame));
  for (const auto& frame : frames)
    under_test.feed(frame);
  under_test.settle();
  std::vector<std::string> want;
  for (const auto& frame : row.at("out").as_array())
    want.push_back(text(frame));
  auto got = under_test.sent();
  auto destroyed = row.at("destroyed").as_bool();
  out.check(under_test.destroyed() == destroyed, what + ": destroyed");
  // "error" tells a broken protocol from a channel that was merely closed.
  out.check(under_test.failed() == !row.at("error").is_null(),
            what + ": error");
  out.check(under_test.closed() == row.at("channelClosed").as_bool(),
            what + ": closed");
  out.check(got == want, what + ": frames");
  if (got != want)
    for (const auto& frame : got)
      out.check(false, what + ": wrote " + frame);
}

// --- responses and capability -----------------------------------------------

void check_response(const test::json::value& row, test::report& out) {
  auto frame = hex(row.at("frame"));
  auto found = **mux::frame_cursor{frame}.next();
  auto message = rpc::decode_response(found.payload);
  out.check(message.ok(), text(row.at("what")));
  if (!message)
    return;
  out.equal(message->id, test::number(row.at("id")), "id");
  const auto* why = std::get_if<rpc::remote_error>(&message->outcome);
  out.check(why != nullptr && why->message == text(row.at("error")), "error");
  out.check(why != nullptr && why->code == text(row.at("code")), "code");
  out.check(why != nullptr && why->cause &&
                why->cause->message == text(row.at("cause")) &&
                why->cause->code == text(row.at("causeCode")),
            "cause");
  auto again = encode(*message);
  out.equal(mux::encode_frame({found.channel, found.type, again}),
            text(row.at("frame")), text(row.at("what")));
}

// The registry uses no capability; the format is kept by hand.
void check_capability(const test::json::value& row, test::report& out) {
  auto capability = [&](std::uint8_t role) {
    auto family = base::namespace_constant("hyperswarm-capability", 0);
    return base::keyed_blake2b(
        hex(row.at("handshakeHash")),
        {family, base::bytes_view{&role, 1}, hex(row.at("secret"))});
  };
  out.equal(capability(1), text(row.at("initiator")), "capability");
  out.equal(capability(0), text(row.at("responder")), "capability");
  out.equal(base::concat(base::bytes{1}, capability(1)),
            text(row.at("handshakeBytesInitiator")), "capability handshake");
}

// --- the recorded registry ---------------------------------------------------

const test::json::value* member(const test::json::value& of, const char* name) {
  return of.as_object().if_contains(name);
}

void check_request(base::bytes_view payload, const test::json::value& want,
                   test::report& out) {
  auto message = rpc::decode_request(payload);
  out.check(message.ok(), "request");
  if (!message)
    return;
  out.equal(message->id, test::number(want.at("id")), "request id");
  out.check(message->method == text(want.at("method")), "method");
  out.equal(message->value, text(want.at("value")), "request value");
  out.equal(encode(*message), base::to_hex(payload), "request again");
  const auto& said = want.at("valueText");
  auto name = rpc::decode_name(message->value);
  out.check(name.ok() == !said.is_null(), "request value is a name");
  if (name && !said.is_null())
    out.check(*name == text(said), "name");
}

void check_answer(base::bytes_view payload, const test::json::value& want,
                  test::report& out) {
  auto message = rpc::decode_response(payload);
  out.check(message.ok(), "response");
  if (!message)
    return;
  out.equal(message->id, test::number(want.at("id")), "response id");
  out.equal(encode(*message), base::to_hex(payload), "response again");
  const auto* value = std::get_if<base::bytes_view>(&message->outcome);
  out.check((value == nullptr) == (member(want, "error") != nullptr), "kind");
  if (value == nullptr) {
    const auto& why = std::get<rpc::remote_error>(message->outcome);
    out.check(why.message == text(want.at("error")), "error");
    out.check(why.code == text(want.at("code")), "code");
    return;
  }
  out.equal(*value, text(want.at("value")), "response value");
  auto verdict = rpc::decode_verdict(*value);
  out.check(verdict.ok(), "verdict");
  if (verdict)
    out.equal(rpc::encode_verdict(*verdict), text(want.at("value")),
              "verdict again");
}

void check_open(base::bytes_view payload, const test::json::value& want,
                test::report& out) {
  auto message = mux::decode_open(payload);
  out.check(message.ok(), "open");
  if (!message)
    return;
  out.equal(message->number, test::number(want.at("id")), "open number");
  out.check(message->protocol == text(want.at("protocol")), "protocol");
  out.equal(message->id, text(want.at("channelId")), "open id");
  out.equal(message->handshake, text(want.at("handshake")), "open handshake");
}

void check_item(const mux::item& got, const test::json::value& want,
                bool is_rpc, test::report& out) {
  if (const auto* control = member(want, "control")) {
    out.check(got.channel == 0, "control channel");
    if (text(*control) == "open")
      check_open(got.payload, want, out);
    return;
  }
  out.equal(got.channel, test::number(want.at("channel")), "channel");
  out.equal(got.type, test::number(want.at("type")), "type");
  if (const auto* payload = member(want, "payload"))
    out.equal(got.payload, text(*payload), "payload");
  if (is_rpc && got.type == 0)
    check_request(got.payload, want, out);
  if (is_rpc && got.type == 1)
    check_answer(got.payload, want, out);
}

void check_frame(const test::json::value& row, bool is_rpc, test::report& out) {
  auto frame = hex(row.at("plain"));
  out.check(rewritten(frame) == text(row.at("plain")), "frame again");
  const auto* decoded = member(row, "decoded");
  if (decoded == nullptr || member(*decoded, "keepAlive") != nullptr)
    return;
  test::json::array single{*decoded};
  const auto* items = member(*decoded, "items");
  const auto& wants = items == nullptr ? single : items->as_array();
  mux::frame_cursor cursor{frame};
  for (const auto& want : wants) {
    auto next = cursor.next();
    out.check(next.ok() && next->has_value(), "item");
    if (next && *next)
      check_item(**next, want, is_rpc, out);
  }
}

// Both sides of the connection are played by muxes of ours that never object.
void check_conversation(const test::json::value& connection,
                        test::report& out) {
  mux::mux sides[2];
  auto initiator = text(connection.at("initiator"));
  bool failed = false;
  for (auto& side : sides) {
    side.offered().add("hypercore/alpha");
    side.offered().add(std::string{rpc::protocol_name});
  }
  for (const auto& row : connection.at("frames").as_array()) {
    auto frame = hex(row.at("plain"));
    auto& to = sides[text(row.at("from")) == initiator ? 1 : 0];
    to.handle_message(frame);
    while (auto next = to.poll_event()) {
      failed |= std::holds_alternative<mux::failed>(*next);
      if (const auto* asked = std::get_if<mux::incoming>(&*next))
        failed |= !to.accept(asked->wanted).ok();
    }
  }
  out.check(!failed, "conversation");
}

// The handshake of a replication channel is a flag byte and a capability.
void check_replication_capability(const test::json::value& registry,
                                  const test::json::value& connection,
                                  test::report& out) {
  const auto& names = registry.at("namespaces");
  auto hash = hex(connection.at("handshakeHash"));
  auto key = hex(registry.at("coreKey"));
  for (const auto& row : connection.at("frames").as_array()) {
    auto frame = hex(row.at("plain"));
    mux::frame_cursor cursor{frame};
    auto first = cursor.next();
    if (!first || !*first || (*first)->channel != 0 || (*first)->type != 1)
      continue;
    auto wanted = mux::decode_open((*first)->payload);
    auto is_initiator =
        text(row.at("from")) == text(connection.at("initiator"));
    auto name = hex(names.at(is_initiator ? "hypercoreReplicateInitiator"
                                          : "hypercoreReplicateResponder"));
    out.check(wanted.ok() && wanted->handshake.size() == 33, "handshake");
    if (wanted && wanted->handshake.size() == 33)
      out.check(base::equal(wanted->handshake.subspan(1),
                            base::keyed_blake2b(hash, {name, key})),
                "replication capability");
  }
}

void check_keys(const test::json::value& keys, test::report& out) {
  for (const auto& [who, pairs] : keys.as_object())
    for (const auto& [what, pair] : pairs.as_object()) {
      auto made = base::make_key_pair(fixed_hex<32>(pair.at("seed")));
      out.equal(made.pub, text(pair.at("publicKey")),
                "key of " + std::string{who});
    }
}

void check_registry(const test::json::value& registry, test::report& out) {
  check_keys(registry.at("keys"), out);
  const auto& names = registry.at("namespaces");
  out.equal(base::namespace_constant("hypercore", 1),
            text(names.at("hypercoreReplicateInitiator")), "namespace");
  out.equal(base::namespace_constant("hypercore", 2),
            text(names.at("hypercoreReplicateResponder")), "namespace");
  for (const auto& connection : registry.at("connections").as_array()) {
    auto is_rpc = text(connection.at("kind")) == "rpc";
    for (const auto& row : connection.at("frames").as_array())
      check_frame(row, is_rpc, out);
    check_conversation(connection, out);
    if (!is_rpc)
      check_replication_capability(registry, connection, out);
  }
  const auto& end = registry.at("endOfConnection").at("closeFrame");
  out.check(rewritten(hex(end)) == text(end), "close frame");
}

void run(const test::json::object& file, test::report& out) {
  auto key = hex(file.at("serverKey"));
  check_frames(file.at("frames").as_array(), out);
  for (const auto& row : file.at("scenarios").as_array())
    check_scenario(row, key, out);
  for (const auto& row : file.at("responses").as_array())
    check_response(row, out);
  check_capability(file.at("capability"), out);
  check_registry(file.at("registry"), out);
}

const test::register_replayer here{{"rpc", accepts, run}};

} // namespace
