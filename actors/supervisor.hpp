#pragma once

#include "actors/messages.hpp"
#include "actors/runtime/host.hpp"
#include "actors/runtime/timer.hpp"

#include <functional>
#include <string>
#include <vector>

namespace hyper::actors {

using supervisor_handle =
    caf::typed_actor<caf::reacts_to<shut_down>, caf::reacts_to<tick>>;

/// What a program leaves behind: empty, or why it could not go on.
using on_end = std::function<void(const std::string& failure)>;

/// How long one actor may take to end in good order; then it is ended.
inline constexpr base::duration stop_time_max = base::seconds{5};

/// Keeps the actors of one node together: ends them one after the other when
/// it is told to, and all of them when one of them fails. A failing peer is not
/// among them: it takes down its connection alone.
class supervisor {
public:
  using handle = supervisor_handle;
  static constexpr const char* name = "supervisor";

  /// The children end in the order in which they stand.
  supervisor(handle::pointer self, std::vector<caf::actor> children,
             on_end end);

  handle::behavior_type make_behavior();

private:
  void note_end(const caf::down_msg& down);
  void stop_next();

  handle::pointer self_;
  std::vector<caf::actor> children_;
  on_end end_;
  std::string failure_;
  bool stopping_ = false;
  timer timer_;
};

} // namespace hyper::actors
