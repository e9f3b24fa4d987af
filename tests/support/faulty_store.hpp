#pragma once

#include "store/kv/kv.hpp"

#include <cstddef>
#include <limits>

namespace hyper::test {

inline constexpr auto never = std::numeric_limits<std::size_t>::max();

/// What goes wrong, by the number of the commit, counted from 0.
struct faults {
  std::size_t fail_from = never;   ///< these commits fail: disk full
  std::size_t fail_count = never;  ///< so many of them, then space is back
  std::size_t forget_from = never; ///< the disk lies: not there after a crash
  std::size_t tear_at = never;     ///< half of it lands, then as fail_from
};

/// A store in memory on a bad disk. Failing keeps the contract of a store;
/// forgetting and tearing break it, to see whether the layer above notices.
class faulty_store final : public kv::store {
public:
  explicit faulty_store(faults plan) : plan_(plan) {}

  base::result<std::unique_ptr<kv::snapshot>> read() const override {
    if (unreadable_)
      return base::error{base::errc::io, "kv: the disk cannot be read"};
    return visible_->read();
  }

  base::status commit(const kv::batch& changes) override {
    auto number = commits_++;
    if (number == plan_.tear_at)
      return tear(changes);
    if (number >= plan_.fail_from &&
        number - plan_.fail_from < plan_.fail_count)
      return full();
    if (number < plan_.forget_from)
      static_cast<void>(durable_->commit(changes).ok());
    return visible_->commit(changes);
  }

  /// The power fails and comes back: only what was durable is there.
  void crash() {
    visible_ = kv::make_memory_store();
    static_cast<void>(visible_->commit(everything()).ok());
  }

  void refuse_reads() { unreadable_ = true; }

  std::size_t commits() const { return commits_; }

private:
  static base::error full() { return {base::errc::io, "kv: the disk is full"}; }

  base::status tear(const kv::batch& changes) {
    kv::batch half{changes.begin(),
                   changes.begin() +
                       static_cast<std::ptrdiff_t>(changes.size() / 2)};
    static_cast<void>(durable_->commit(half).ok());
    static_cast<void>(visible_->commit(half).ok());
    return full();
  }

  kv::batch everything() const {
    kv::batch all;
    auto now = durable_->read();
    static_cast<void>(
        now.value()
            ->scan(
                {}, {}, kv::direction::forward,
                [&](base::bytes_view key, base::bytes_view value) {
                  all.push_back({base::to_bytes(key), base::to_bytes(value)});
                  return true;
                })
            .ok());
    return all;
  }

  faults plan_;
  std::size_t commits_ = 0;
  bool unreadable_ = false;
  std::unique_ptr<kv::store> visible_ = kv::make_memory_store();
  std::unique_ptr<kv::store> durable_ = kv::make_memory_store();
};

} // namespace hyper::test
