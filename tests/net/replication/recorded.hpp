#pragma once

#include "base/codec.hpp"
#include "tests/support/vectors.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

// Messages of replication channels out of the recorded frames of a stream.

namespace hyper::test {

/// One message as the multiplexer would hand it to its channel.
struct wire_message {
  std::uint64_t channel = 0;
  std::uint64_t type = 0;
  base::bytes payload;
};

inline constexpr std::array<std::string_view, 10> message_names = {
    "sync", "request", "cancel",   "data",  "noData",
    "want", "unwant",  "bitfield", "range", "extension"};

inline void add_message(std::uint64_t channel, base::bytes_view body,
                        std::vector<wire_message>& out) {
  base::reader in{body};
  auto type = in.uint();
  if (!in.failed())
    out.push_back({channel, type, base::to_bytes(in.rest())});
}

/// The messages in one plaintext frame, batches taken apart; channel 0 is the
/// control channel (1 open, 2 reject, 3 close).
inline std::vector<wire_message> split_frame(base::bytes_view frame) {
  std::vector<wire_message> out;
  base::reader in{frame};
  if (in.empty())
    return out;
  auto channel = in.uint();
  if (channel != 0 || in.empty() || frame[1] != 0) {
    add_message(channel, in.rest(), out);
    return out;
  }
  in.uint();
  channel = in.uint();
  while (!in.empty()) {
    auto body = in.buffer();
    if (body.empty())
      channel = in.uint();
    else
      add_message(channel, body, out);
  }
  return out;
}

/// Every message that stands in the codecs and scenarios of
/// hypercore-replication.json.
inline std::vector<wire_message> recorded_messages() {
  std::vector<wire_message> out;
  auto file = load_vectors("hypercore-replication.json");
  for (const auto& codec : file.at("codecs").as_array()) {
    auto found = std::ranges::find(message_names, text(codec.at("name")));
    auto type = static_cast<std::uint64_t>(found - message_names.begin());
    if (found != message_names.end())
      out.push_back({1, type, hex(codec.at("hex"))});
  }
  for (const auto& scenario : file.at("scenarios").as_array())
    for (const auto& entry : scenario.at("transcript").as_array())
      if (entry.as_object().contains("hex"))
        for (auto& one : split_frame(hex(entry.at("hex"))))
          if (one.channel != 0)
            out.push_back(std::move(one));
  return out;
}

} // namespace hyper::test
