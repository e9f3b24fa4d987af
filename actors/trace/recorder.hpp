#pragma once

#include "actors/runtime/hooked.hpp"
#include "actors/trace/record.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hyper::actors::trace {

/// The kind of an actor as people know it; "outside" for one that only carries
/// a question from outside. Lives for ever.
std::string_view kind_of(const caf::abstract_actor* who);

/// Messages that are queued, and requests without an answer, that a recorder
/// remembers; of more it forgets all, and their records lack a time or a cause.
inline constexpr std::size_t remembered_max = 65536;

/// Makes a record of every message that is handled. Numbers count from 1, so
/// the same run gives the same records. Messages may be queued on any thread.
class recorder final : public message_observer {
public:
  using clock = std::function<base::instant()>;

  /// The sink must outlive the recorder.
  recorder(clock now, sink& out);

  /// Actors that are new from now on belong to that node, until the next call;
  /// without a name, to the node of whose actor made them known.
  void enter(const std::string& node);

  /// Records from now on, or no more; actors are introduced all the same.
  void record_messages(bool on);

  void spawned(caf::scheduled_actor& who) override;
  void queued(caf::scheduled_actor& receiver, int depth,
              const caf::mailbox_element& message) override;
  void begins(caf::scheduled_actor& receiver,
              const caf::mailbox_element& message) override;
  void ended(caf::scheduled_actor& receiver,
             const caf::mailbox_element& message,
             caf::invoke_message_result outcome) override;
  void noted(const char* key, std::uint64_t value) override;

private:
  struct waiting {
    record so_far;
    message_number before = 0; ///< what was in hand before it
  };
  using question_key = std::pair<caf::actor_id, std::uint64_t>;

  participant introduce(const caf::abstract_actor* who, std::string_view near);
  participant introduce(const caf::strong_actor_ptr& who,
                        std::string_view near);
  void link_question(record& one, const participant& to,
                     const caf::mailbox_element& message);

  clock now_;
  sink& out_;
  std::atomic<bool> on_{true};
  std::mutex mutex_;
  message_number last_ = 0;
  std::string_view entered_;
  std::unordered_map<caf::actor_id, participant> actors_;
  std::unordered_map<const caf::mailbox_element*, waiting> queue_;
  std::map<question_key, message_number> questions_;
  std::unordered_map<message_number, std::vector<field>> notes_;
};

/// Installs an observer for as long as it lives. At most one at a time.
class installation {
public:
  explicit installation(message_observer& what);
  ~installation();
  installation(const installation&) = delete;
  installation& operator=(const installation&) = delete;
};

/// The steady clock, as the loop has it.
base::instant steady_now();

} // namespace hyper::actors::trace
