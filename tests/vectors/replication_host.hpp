#pragma once

#include "net/mux/mux.hpp"
#include "net/replication/channel.hpp"
#include "net/replication/downloader.hpp"
#include "tests/vectors/replication_logs.hpp"

#include <optional>
#include <vector>

namespace hyper::test {

/// Our side of a stream: multiplexer, one channel, log and download. The other
/// side is a script that speaks frames.
class host : private replication::tree_view {
public:
  /// We are the stream's responder.
  host(stored_log log, const base::hash64& handshake_hash);

  /// Frames that arrive together are answered together.
  void hear(const std::vector<base::bytes>& frames);
  void hear_message(const replication::message& what); ///< on channel 1
  void fetch(std::uint64_t block);

  /// Lets the time pass that delayed refusals take.
  void wait();

  stored_log log;
  replication::downloader downloads;
  std::vector<replication::message> said;
  std::vector<std::uint64_t> rejected; ///< numbers of channels
  std::vector<log::fault> faults;
  bool destroyed = false;
  bool forked = false; ///< the other side says that it is

private:
  std::uint64_t missing_nodes(std::uint64_t block) const override;

  void handle(mux::event& what);
  void handle(mux::incoming& what);
  void end_if(const base::status& done);
  void pump();
  bool drain_events();
  void take(const replication::received& got);
  bool drain_orders();
  void drain_frames();

  base::instant now_{};
  base::hash64 handshake_hash_;
  mux::mux mux_;
  std::optional<mux::channel> on_;
  std::optional<replication::channel> channel_;
};

} // namespace hyper::test
