// The codecs of hypercore-replication.json, and every message of its
// transcripts against the value beside it.

#include "base/text.hpp"
#include "tests/net/replication/recorded.hpp"
#include "tests/vectors/replay_replication.hpp"
#include "tests/vectors/replication_values.hpp"

namespace hyper::test {

namespace {

void replay_handshake(const json::object& entry, report& out) {
  auto raw = hex(entry.at("hex"));
  auto want = to_handshake(entry.at("value").as_object());
  auto got = replication::decode_handshake(raw);
  out.check(got.ok() && *got == want, "handshake read");
  out.equal(encode(want), text(entry.at("hex")), "handshake written");
}

void compare(std::uint64_t type, base::bytes_view payload,
             const replication::message& want, const std::string& what,
             report& out) {
  auto got = replication::decode(type, payload);
  out.check(got.ok() && *got == want, what + " read");
  out.equal(encode(want), base::to_hex(payload), what + " written");
  out.equal(replication::type_of(want), type, what + " type");
}

void replay_codec(const json::object& entry, report& out) {
  auto name = text(entry.at("name"));
  if (name == "handshake")
    return replay_handshake(entry, out);
  auto found = std::ranges::find(message_names, name);
  auto want = to_message(name, entry.at("value").as_object());
  if (found == message_names.end() || !want)
    return out.check(false, "no message is called " + name);
  compare(static_cast<std::uint64_t>(found - message_names.begin()),
          hex(entry.at("hex")), *want, name, out);
}

} // namespace

void replay_codecs(const json::array& codecs, report& out) {
  for (const auto& entry : codecs)
    replay_codec(entry.as_object(), out);
}

void replay_message_types(const json::array& types, report& out) {
  out.equal(types.size(), replication::message_types, "message types");
  for (std::size_t i = 0; i < std::min(types.size(), message_names.size()); ++i)
    out.check(text(types[i]) == message_names[i], "name of a message type");
}

void replay_frame_values(const json::object& frame, report& out) {
  if (!frame.at("messages").is_array())
    return; // a sentence that says why there are none
  auto split = split_frame(hex(frame.at("hex")));
  const auto& values = frame.at("messages").as_array();
  if (split.size() != values.size())
    return; // a keep-alive, or a frame that is wrong on purpose
  for (std::size_t i = 0; i < split.size(); ++i) {
    if (!values[i].is_object() || !has(values[i].as_object(), "name") ||
        has(values[i].at("value").as_object(), "TRAILING"))
      continue;
    auto name = text(values[i].at("name"));
    if (auto want = to_message(name, values[i].at("value").as_object()))
      compare(split[i].type, split[i].payload, *want, name + " in a transcript",
              out);
  }
}

} // namespace hyper::test
