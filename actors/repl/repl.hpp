#pragma once

#include "actors/messages.hpp"
#include "actors/repl/answers.hpp"
#include "actors/repl/command.hpp"
#include "actors/runtime/host.hpp"
#include "actors/runtime/timer.hpp"

#include <deque>
#include <functional>

namespace hyper::actors {

/// Lines that wait for the one being worked on; whoever reads a pipe stops
/// there until `ready` is called.
inline constexpr std::size_t waiting_lines_max = 1024;

struct repl_config {
  base::public_key identity{};
  index_handle index;
  caller_handle caller;
  swarm_handle swarm;
  discovery_handle discovery;
  base::duration timeout = base::seconds{10};
  bool json = false;
  bool progress = true; ///< a line on standard error while a sync takes long

  std::function<void(const output&)> print;
  /// The next line may come.
  std::function<void()> ready;
  /// All lines are done, or `exit` was typed.
  std::function<void(exit_code)> finished;
};

/// What does the person want, and what do they see? One line at a time, in
/// order; each ends with one answer.
class repl {
public:
  using handle = repl_handle;
  static constexpr const char* name = "repl";

  repl(handle::pointer self, repl_config how);

  handle::behavior_type make_behavior();

private:
  void take(const typed_line& line);
  void next();
  void start(const std::vector<std::string>& words);
  void run(const command& what);
  void finish(const output& what);
  void leave();

  void call(const command& what);
  void send_call(const command& what, std::uint64_t length);
  void judge(const command& what, std::uint64_t length,
             const server_reply& reply);
  void find_deletion(const command& what, std::uint64_t length,
                     const registry::decision& refusal);
  wait_for_change change_of(const command& what, std::uint64_t from,
                            base::duration timeout) const;
  void show_change(const command& what, std::uint64_t from, bool already);
  void lookup(const command& what, bool last_try);
  void list(const command& what);
  void history(const command& what);
  void watch(const command& what);
  void watch_from(const command& what, std::uint64_t length);
  void show_changes(const command& what, const history_told& told);
  void whoami();
  void status();

  /// Goes on once the copy is as new as the peers', or a bound has passed. A
  /// copy that holds something already waits less.
  void after_sync(const std::function<void()>& then);
  void wait_for_sync(const freshness& now, const std::function<void()>& then);
  void show_progress();

  handle::pointer self_;
  repl_config config_;
  answers answers_;
  std::deque<typed_line> lines_;
  bool busy_ = false;
  bool once_ = false;
  bool watching_ = false;
  bool syncing_ = false;
  bool progress_shown_ = false;
  std::uint64_t run_ = 0; ///< numbers commands: answers to old ones are void
  exit_code code_ = exit_code::done;
  timer timer_;
};

} // namespace hyper::actors
