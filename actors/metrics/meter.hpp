#pragma once

#include "actors/messages.hpp"
#include "actors/runtime/hooked.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hyper::actors::metrics {

/// How many actors of a kind there are, and how many messages wait for them.
struct kind_count {
  std::string_view kind; ///< lives for ever
  std::int64_t living = 0;
  std::int64_t waiting = 0;
};

/// Changes that are being decided and whose action is remembered; of more, some
/// are counted without.
inline constexpr std::size_t changes_remembered_max = 8192;

/// Counts what a process does by looking at its messages: no actor knows of it,
/// and what none of them says is not counted. All metrics: docs/metrics.md.
class meter final : public message_observer {
public:
  meter();

  /// Everything in the text format 0.0.4 of Prometheus, with the state of the
  /// index as it is given and of the process as it is.
  std::string render(const index_status& now);

  std::vector<kind_count> kinds() const;

  /// What no message says, told by whoever holds the sockets, on the loop: a
  /// reply to a request of that kind has been given, and so many guests of
  /// that kind have come, or gone. Kinds are words of the program.
  void replied(std::string_view route, unsigned status);
  void guests_changed(std::string_view kind, int change);

  void spawned(caf::scheduled_actor& who) override;
  void gone(caf::scheduled_actor& who, int left) override;
  void queued(caf::scheduled_actor& receiver, int depth,
              const caf::mailbox_element& message) override;
  void begins(caf::scheduled_actor& receiver,
              const caf::mailbox_element& message) override;
  void ended(caf::scheduled_actor& receiver,
             const caf::mailbox_element& message,
             caf::invoke_message_result outcome) override;
  void noted(const char* key, std::uint64_t value) override;

private:
  template <class Metric>
  using family = prometheus::Family<Metric>;

  struct cell {
    prometheus::Gauge* living = nullptr;
    prometheus::Gauge* waiting = nullptr;
    prometheus::Histogram* handling = nullptr;
  };

  cell& cell_of(const caf::scheduled_actor& who);
  void count(caf::scheduled_actor& receiver,
             const caf::mailbox_element& message);
  void count_change(caf::scheduled_actor& asker,
                    const caf::mailbox_element& message, const decided& what);

  prometheus::Registry registry_;
  family<prometheus::Gauge>& living_;
  family<prometheus::Gauge>& waiting_;
  family<prometheus::Histogram>& handling_;
  family<prometheus::Counter>& changes_;
  family<prometheus::Counter>& dials_;
  family<prometheus::Counter>& calls_;
  family<prometheus::Counter>& replies_;
  family<prometheus::Gauge>& guests_;
  prometheus::Histogram& commits_;
  prometheus::Counter& wrong_proofs_;
  prometheus::Counter& received_;
  prometheus::Counter& received_packets_;
  prometheus::Counter& sent_;
  mutable std::mutex mutex_;
  std::map<std::string_view, cell> cells_;
  std::vector<std::pair<const char*, cell*>> known_; ///< by an actor's name
  /// Who asked, and with which number: what for.
  std::map<std::pair<caf::actor_id, std::uint64_t>, registry::action> asked_;
};

} // namespace hyper::actors::metrics
