#pragma once

#include "tests/net/replication/member.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace hyper::test {

/// A writer and readers of one log on a network without sockets: messages
/// arrive in order after the latency, and the clock jumps to what comes next.
class swarm {
public:
  explicit swarm(base::duration latency = base::milliseconds{10});

  /// One writer at most matters; forks come from two with one key.
  member& writer(std::size_t blocks);
  member& reader(const replication::downloader_config& config = {});

  void connect(member& one, member& other);
  void disconnect(member& one, member& other);

  void append(member& to, std::size_t blocks, const std::string& text = "");
  void truncate(member& what, std::uint64_t length);
  void fetch(member& by, std::uint64_t block);

  void run(base::duration time);
  /// False when it did not come true within the time.
  bool run_until(const std::function<bool()>& done,
                 base::duration limit = base::minutes{5});

  static base::bytes block(std::uint64_t index, const std::string& text = "");

  /// Messages that were put on the wire, by type.
  std::map<std::uint64_t, std::uint64_t> sent;
  base::instant now{};

private:
  struct delivery {
    base::instant at{};
    member::id from = 0;
    member::id to = 0;
    replication::transmit what;
  };

  member& add(log::state log, std::unique_ptr<kv::store> store,
              const replication::downloader_config& config);
  void pump();
  bool step(base::instant end);
  std::optional<base::instant> next() const;

  base::key_pair signer_;
  base::manifest who_;
  base::duration latency_;
  std::vector<std::unique_ptr<member>> members_;
  std::deque<delivery> wire_;
};

} // namespace hyper::test
