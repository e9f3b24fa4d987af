#pragma once

#include "base/entropy.hpp"
#include "net/udx/demux.hpp"
#include "net/udx/stream.hpp"

#include <array>
#include <functional>
#include <optional>
#include <queue>
#include <vector>

// Two streams, a path between them and a clock that jumps to the next thing
// that happens. Everything follows from the seed.

namespace hyper::test {

/// What the path does to a datagram, in either direction.
struct path {
  base::duration latency = base::milliseconds{10};
  base::duration jitter{};      ///< added at random: reorders
  unsigned loss_permille = 0;   ///< chance to vanish
  unsigned copies_permille = 0; ///< chance to arrive twice
  std::size_t ip_size_max = 65'535;
};

/// A datagram that was sent, whether it arrived or not.
struct sent_datagram {
  base::instant at;
  int from = 0;
  udx::header head;
  std::size_t size = 0;
};

struct side {
  side(const udx::config& options, base::instant now) : stream(options, now) {}

  udx::stream stream;
  base::bytes received;
  std::uint64_t acknowledged = 0;
  int drained = 0;
  bool ended = false; ///< the peer's direction
  std::optional<udx::close_reason> closed;
  std::vector<base::endpoint> contacts;
};

class pair {
public:
  explicit pair(std::uint64_t seed, const path& way = {}, udx::config left = {},
                udx::config right = {});

  side& left() { return sides_[0]; }
  side& right() { return sides_[1]; }
  side& at(int which) { return sides_[static_cast<std::size_t>(which)]; }
  base::instant now() const { return now_; }
  base::duration elapsed() const { return now_ - base::instant{}; }
  path& way() { return way_; }

  /// Decides for each datagram that leaves whether it may pass.
  std::function<bool(const sent_datagram&)> filter;

  /// Called after every step.
  std::function<void()> after_step;

  /// Answer late packets for closed streams.
  void keep_tombstones() { tombstones_on_ = true; }

  /// Polls both sides; what leaves is on its way.
  void flush();

  /// flush(), then on to the next arrival or timeout; false if there is none.
  bool step();

  /// Steps until `done` or until so much time has passed; gives whether done.
  bool run(const std::function<bool()>& done, base::duration most);

  /// Steps through so much time.
  void pass(base::duration time);

  void check_invariants();

  const std::vector<sent_datagram>& log() const { return log_; }

  /// The times at which `from` sent packets with all these flags.
  std::vector<std::int64_t> times_ms(int from, std::uint8_t flags) const;

private:
  struct flight {
    base::instant at;
    std::uint64_t order = 0;
    int to = 0;
    base::bytes datagram;

    bool operator>(const flight& other) const {
      return std::tie(at, order) > std::tie(other.at, other.order);
    }
  };

  void send(int from, base::bytes_view datagram);
  void arrive(const flight& what);
  void drain_events(int which);
  std::optional<base::instant> next_instant() const;

  base::seeded_entropy chance_;
  path way_;
  base::instant now_;
  std::array<side, 2> sides_;
  std::array<udx::tombstones, 2> tombstones_;
  bool tombstones_on_ = false;
  std::uint64_t order_ = 0;
  std::priority_queue<flight, std::vector<flight>, std::greater<>> flying_;
  std::vector<sent_datagram> log_;
};

/// Repeatable bytes, other ones for each seed.
base::bytes pattern(std::size_t size, std::uint64_t seed = 1);

/// A packet that must be well formed.
udx::packet_view parse(base::bytes_view datagram);

/// Where the two sides are.
base::endpoint address_of(int which);

} // namespace hyper::test
