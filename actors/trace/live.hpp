#pragma once

#include "actors/trace/record.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace hyper::actors::trace {

/// Records that are kept for those who watch, and of one text for them.
inline constexpr std::size_t live_kept_max = 4096;
inline constexpr std::size_t live_at_once_max = 512;

/// Keeps the newest records while somebody watches. Nobody is sent anything:
/// whoever watches comes and looks, so that watching makes no messages.
class live final : public sink {
public:
  /// `record` is told when the first watcher has come and the last one gone.
  void on_watched(std::function<void(bool)> record) {
    record_ = std::move(record);
  }

  /// One of those who watch, for as long as it lives.
  class watcher {
  public:
    explicit watcher(live& what);
    ~watcher();
    watcher(const watcher&) = delete;
    watcher& operator=(const watcher&) = delete;

    /// What is new: {"missed": records that came too fast, "messages": [...]}
    /// without its outer braces, or nothing. At most live_at_once_max.
    std::optional<std::string> next();

  private:
    live& live_;
    std::uint64_t next_;
  };

  void take(record one) override;

private:
  void count(int change);

  std::function<void(bool)> record_;
  std::deque<std::string> kept_; ///< as JSON
  std::uint64_t first_ = 0;      ///< number of the first one kept
  std::optional<base::instant> begin_;
  int watchers_ = 0;
};

/// A record as a JSON object; `begin` is when time began.
std::string to_json(const record& one, base::instant begin);

} // namespace hyper::actors::trace
