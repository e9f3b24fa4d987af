#pragma once

#include "actors/gateway/messages.hpp"
#include "actors/runtime/host.hpp"
#include "actors/runtime/timer.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hyper::actors::gateway {

/// What the feed keeps, and how long it waits.
struct feed_limits {
  std::size_t kept = 4096;    ///< changes in memory; older ones are read again
  std::size_t at_once = 256;  ///< changes of one answer
  std::size_t waiting = 4096; ///< questions at once; more are refused

  /// After changes were told the next ones are gathered for so long: many
  /// listeners get few large answers. A lone change is told at once.
  base::duration gather = base::milliseconds{50};

  /// A question waits so long, and at most twice, to hear that nothing came.
  base::duration patience = base::seconds{20};
};

/// What are the next changes? Asks the index once for all who listen, and only
/// while somebody does; each change is made text once. Whoever asks for changes
/// that are no longer kept gets them from the index.
class feed {
public:
  using handle = feed_handle;
  static constexpr const char* name = "feed";

  feed(handle::pointer self, index_handle index, feed_limits how = {});
  ~feed(); ///< whoever waits is told that nothing comes

  handle::behavior_type make_behavior();

private:
  using promise = caf::typed_response_promise<changes_told>;

  struct question {
    std::uint64_t behind = 0;
    base::instant deadline;
    promise asked;
    caf::actor_addr by{};
  };

  /// One change, with the length that the log has with it.
  struct change {
    std::uint64_t length = 0;
    shared_line line;
  };

  /// The lengths behind `begin` up to `end`: all changes there are kept.
  struct range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  /// What the next answer of the index or the next tick is for.
  enum class phase { asleep, beginning, waiting, looking, gathering };

  caf::result<changes_told> answer(const next_changes& what);
  void forget(const caf::actor_addr& who);
  void serve(question what);
  caf::actor_addr sender() const;
  void serve_all();
  void read_again(const question& what);
  changes_told told_of(std::uint64_t behind) const;

  void wake_up();
  void begin();
  void wait();
  void look();
  void add(const history_told& what);
  void keep(const std::vector<registry::event>& changes);
  void fail();

  handle::pointer self_;
  index_handle index_;
  feed_limits limits_;
  phase phase_ = phase::asleep;
  std::optional<range> known_; ///< none before the first question
  std::deque<change> kept_;
  std::vector<question> waiting_;
  timer timer_;
};

} // namespace hyper::actors::gateway
