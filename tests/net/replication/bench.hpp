#pragma once

#include "net/replication/channel.hpp"

#include <vector>

namespace hyper::test {

/// One channel whose remote is the test: it speaks and hears messages.
class bench {
public:
  explicit bench(replication::head ours, bool downloading = true)
      : log_key_{1, 2, 3}, hash_{4, 5, 6},
        ours(config(downloading), ours, all_of(ours.length)) {}

  static replication::block_set all_of(std::uint64_t length) {
    replication::block_set blocks;
    blocks.insert({0, length});
    return blocks;
  }

  base::bytes remote_handshake(replication::stream_role role) const {
    return encode(replication::handshake{
        true, replication::capability(role, hash_, log_key_)});
  }

  /// Opens the channel and swallows the first announcements.
  void open() {
    auto done = ours.handle_open(
        now, remote_handshake(replication::stream_role::initiator));
    HYPER_ASSERT(done.ok());
    heard();
  }

  /// A message that is no fault.
  void say(const replication::message& what) {
    auto done = try_say(what);
    HYPER_ASSERT(done.ok());
  }

  base::status try_say(const replication::message& what) {
    return ours.handle_message(now, replication::type_of(what),
                               replication::encode(what));
  }

  /// All that the channel wants to send.
  std::vector<replication::message> heard() {
    std::vector<replication::message> out;
    while (auto one = ours.poll_transmit())
      out.push_back(*replication::decode(one->type, one->payload));
    return out;
  }

  std::vector<replication::event> events() {
    std::vector<replication::event> out;
    while (auto one = ours.poll_event())
      out.push_back(std::move(*one));
    return out;
  }

  /// The requests that the owner is to answer.
  std::vector<base::proof_request> wanted() {
    std::vector<base::proof_request> out;
    for (auto& one : events())
      if (auto* want = std::get_if<replication::wanted>(&one))
        out.push_back(want->request);
    return out;
  }

private:
  replication::channel_config config(bool downloading) const {
    return {log_key_, hash_, replication::stream_role::responder, downloading};
  }

  base::public_key log_key_;
  base::hash64 hash_;

public:
  base::instant now{};
  replication::channel ours;
};

} // namespace hyper::test
