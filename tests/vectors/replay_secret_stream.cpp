// Secret stream vectors: whole exchanges of two sides, and bytes fed to a
// responder that has to accept or refuse them.

#include "base/secretbox.hpp"
#include "base/text.hpp"
#include "net/secret_stream/framed_handshake.hpp"
#include "net/secret_stream/header.hpp"
#include "net/secret_stream/stream.hpp"
#include "tests/support/scripted_entropy.hpp"
#include "tests/support/vectors.hpp"

#include <algorithm>
#include <optional>

namespace {

using namespace hyper;
using secret_stream::stream;
using test::fixed_hex;
using test::hex;
using test::text;

constexpr base::instant start{};

bool accepts(const test::json::object& file) {
  const auto* constants = file.if_contains("constants");
  return constants != nullptr && constants->is_object() &&
         constants->as_object().contains("nsSend");
}

void check_constants(const test::json::value& row, test::report& out) {
  auto check = [&](const char* field, std::string_view family,
                   std::uint8_t number) {
    out.equal(base::namespace_constant(family, number), text(row.at(field)),
              field);
  };
  auto family = text(row.at("namespaceName"));
  check("nsInitiator", family, 0);
  check("nsResponder", family, 1);
  check("nsSend", family, 2);
  check("dhtPeerHandshake", "hyperswarm/dht", 0);
  check("dhtPeerHolepunch", "hyperswarm/dht", 1);
}

// What one side was given, decrypted and gave up for.
struct received {
  std::vector<std::string> messages;
  bool failed = false;
};

void drain(stream& from, received& into) {
  while (auto next = from.poll_event()) {
    if (const auto* got = std::get_if<secret_stream::message>(&*next))
      into.messages.push_back(base::to_hex(got->plain));
    into.failed |= std::holds_alternative<secret_stream::failed>(*next);
  }
}

std::vector<std::string> texts(const test::json::value& list) {
  std::vector<std::string> all;
  for (const auto& entry : list.as_array())
    all.push_back(text(entry));
  return all;
}

// Whether the recording was made with empty messages swallowed: it shows in
// what came out alone.
secret_stream::config config_for(const std::vector<std::string>& received) {
  secret_stream::config limits;
  if (std::ranges::count(received, "") > 0)
    limits.keep_alive.reset();
  return limits;
}

bool makes_handshake(const test::json::value& row) {
  return row.as_object().contains("initiatorEphemeralSeed");
}

noise::role role_of(const std::string& who) {
  return who == "initiator" ? noise::role::initiator : noise::role::responder;
}

noise::session session_of(const test::json::value& row,
                          const std::string& who) {
  auto is_initiator = who == "initiator";
  noise::session from;
  from.tx = fixed_hex<32>(row.at(is_initiator ? "initiatorTx" : "initiatorRx"));
  from.rx = fixed_hex<32>(row.at(is_initiator ? "initiatorRx" : "initiatorTx"));
  from.handshake_hash = fixed_hex<64>(row.at("handshakeHash"));
  from.is_initiator = is_initiator;
  return from;
}

base::bytes chance_of(const test::json::value& row, const std::string& who) {
  auto header = hex(row.at(who + "SecretstreamHeader"));
  const auto* seed = row.as_object().if_contains(who + "EphemeralSeed");
  return seed == nullptr ? header : base::concat(hex(*seed), header);
}

// One side of an exchange, with everything it wrote and was given: perhaps a
// handshake of its own, then the stream.
struct side {
  side(const test::json::value& row, const std::string& who)
      : chance{chance_of(row, who)}, wants{texts(row.at(who + "Received"))} {
    if (makes_handshake(row)) {
      auto seed = fixed_hex<32>(row.at(who + "Static").at("seed"));
      auto key = noise::make_static(base::make_key_pair(seed));
      handshake.emplace(role_of(who), key, chance);
    } else {
      open(session_of(row, who));
    }
  }

  void open(const noise::session& with) {
    channel.emplace(with, config_for(wants), chance, start);
  }

  base::bytes poll_transmit() {
    base::bytes out;
    if (handshake)
      out = handshake->poll_transmit().value_or(base::bytes{});
    if (handshake && !channel && handshake->finished())
      open(handshake->outcome());
    if (channel)
      base::append(out, channel->poll_transmit().value_or(base::bytes{}));
    base::append(written, out);
    return out;
  }

  void take(base::bytes_view chunk) {
    if (channel)
      return hear(chunk);
    got.failed |= !handshake->handle_bytes(chunk).ok();
    if (!handshake->finished())
      return;
    open(handshake->outcome());
    hear(handshake->take_rest());
  }

  void hear(base::bytes_view chunk) {
    channel->handle_bytes(start, chunk);
    drain(*channel, got);
  }

  test::scripted_entropy chance;
  std::vector<std::string> wants;
  std::optional<secret_stream::framed_handshake> handshake;
  std::optional<stream> channel;
  base::bytes written;
  received got;
};

bool pass_on(side& from, side& to) {
  auto chunk = from.poll_transmit();
  if (!chunk.empty())
    to.take(chunk);
  return !chunk.empty();
}

void settle(side& a, side& b) {
  while (pass_on(a, b) || pass_on(b, a)) {
  }
}

void say(side& from, side& to, base::bytes_view plain,
         std::string_view want_frame, test::report& out) {
  auto before = from.written.size();
  out.check(from.channel->send(start, plain).ok(), "message is sent");
  settle(from, to);
  out.equal(base::bytes_view{from.written}.subspan(before), want_frame,
            "frame");
}

// A case either gives one order of messages, or a list for each side.
void say_all(side& a, side& b, const test::json::value& row,
             test::report& out) {
  if (const auto* order = row.as_object().if_contains("order")) {
    for (const auto& entry : order->as_array()) {
      auto from_a = text(entry.at("from")) == "initiator";
      say(from_a ? a : b, from_a ? b : a, hex(entry.at("plain")),
          text(entry.at("frame")), out);
    }
    return;
  }
  auto say_list = [&](side& from, side& to, const std::string& who) {
    std::vector<std::string> frames;
    for (const auto& entry : row.at(who + "Writes").as_array())
      if (text(entry.at("what")) == "data")
        frames.push_back(text(entry.at("bytes")));
    const auto& plains = row.at(who + "Plain").as_array();
    for (std::size_t i = 0; i < plains.size(); ++i)
      say(from, to, hex(plains.at(i)), frames.at(i), out);
  };
  say_list(a, b, "initiator");
  say_list(b, a, "responder");
}

void check_side(const side& done, const test::json::value& row,
                const std::string& who, test::report& out) {
  std::string written;
  for (const auto& entry : row.at(who + "Writes").as_array())
    written += text(entry.at("bytes"));
  out.equal(done.written, written, who + " writes");
  if (const auto* whole = row.as_object().if_contains(who + "ByteStream"))
    out.equal(done.written, text(*whole), who + " byte stream");
  out.check(done.got.messages == done.wants, who + " received");
  out.check(!done.got.failed, who + " lives");
  out.check(done.channel->authenticated() == !done.wants.empty(),
            who + " is authenticated");
  auto hash = fixed_hex<64>(row.at("handshakeHash"));
  out.equal(secret_stream::stream_id(hash, role_of(who)),
            text(row.at(who + "StreamId")), who + " stream id");
  out.equal(done.channel->session().handshake_hash,
            text(row.at("handshakeHash")), who + " hash");
}

// No part of the stack sends datagrams; the format is kept by hand.
void check_datagrams(const test::json::value& row, base::bytes_view hash,
                     test::report& out) {
  auto key_of = [&](std::uint8_t role) {
    auto family = "hyperswarm/secret-stream";
    return base::keyed_blake2b(hash, {base::namespace_constant(family, role),
                                      base::namespace_constant(family, 2)});
  };
  out.equal(key_of(0), text(row.at("initiatorKey")), "datagram key 0");
  out.equal(key_of(1), text(row.at("responderKey")), "datagram key 1");
  for (const auto& entry : row.at("messages").as_array()) {
    auto key = key_of(text(entry.at("from")) == "initiator" ? 0 : 1);
    auto datagram = hex(entry.at("datagram"));
    base::secretbox_nonce nonce{};
    std::ranges::copy(base::bytes_view{datagram}.first(8), nonce.begin());
    auto plain =
        base::secretbox_open(key, nonce, base::bytes_view{datagram}.subspan(8));
    out.check(plain.has_value(), "datagram opens");
    if (plain)
      out.equal(*plain, text(entry.at("plain")), "datagram");
  }
}

void check_case(const test::json::value& row, test::report& out) {
  side a{row, "initiator"};
  side b{row, "responder"};
  settle(a, b);
  bool open =
      a.channel && b.channel && a.channel->is_open() && b.channel->is_open();
  out.check(open, "both are open");
  if (!open)
    return;
  say_all(a, b, row, out);
  check_side(a, row, "initiator", out);
  check_side(b, row, "responder", out);
  if (const auto* datagrams = row.as_object().if_contains("datagrams"))
    check_datagrams(*datagrams, hex(row.at("handshakeHash")), out);
}

std::vector<base::bytes_view> chunks_of(base::bytes_view all,
                                        std::uint64_t count) {
  if (count <= 1)
    return {all};
  auto size = std::max<std::size_t>(1, all.size() / count);
  std::vector<base::bytes_view> chunks;
  for (; !all.empty(); all = all.subspan(std::min(size, all.size())))
    chunks.push_back(all.first(std::min(size, all.size())));
  return chunks;
}

void check_reject(const test::json::value& row, const noise::session& from,
                  test::report& out) {
  auto what = text(row.at("what"));
  auto wants = texts(row.at("received"));
  auto destroyed = row.at("destroyed").as_bool();
  test::scripted_entropy chance{{}};
  stream responder{from, config_for(wants), chance, start};
  received got;
  auto all = hex(row.at("bytes"));
  for (auto chunk : chunks_of(all, test::number(row.at("chunks")))) {
    responder.handle_bytes(start, chunk);
    drain(responder, got);
  }
  out.check(got.failed == destroyed, what);
  // Good messages in front of a bad one may be lost there; here they are not.
  out.check(got.messages == wants || (destroyed && wants.empty()), what);
}

void run(const test::json::object& file, test::report& out) {
  check_constants(file.at("constants"), out);
  for (const auto& row : file.at("cases").as_array())
    check_case(row, out);
  const auto& rejects = file.at("reject");
  noise::session from;
  from.rx = fixed_hex<32>(rejects.at("rejectKey"));
  from.handshake_hash = fixed_hex<64>(rejects.at("handshakeHash"));
  for (const auto& row : rejects.at("cases").as_array())
    check_reject(row, from, out);
}

const test::register_replayer here{{"secret_stream", accepts, run}};

} // namespace
