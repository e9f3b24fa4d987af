#include "store/kv/kv.hpp"
#include "store/kv/persistent_map.hpp"

#include <atomic>

namespace hyper::kv {

namespace {

using content = std::shared_ptr<const persistent_map>;

class memory_snapshot final : public snapshot {
public:
  explicit memory_snapshot(content now) : content_(std::move(now)) {}

  base::result<std::optional<base::bytes_view>>
  get(base::bytes_view key) const override {
    return content_->find(key);
  }

  base::status scan(base::bytes_view from, base::bytes_view until,
                    direction way, const visitor& visit) const override {
    content_->scan(from, until, way, visit);
    return base::unit{};
  }

private:
  content content_;
};

/// The content, for one thread that sets it and others that read it. Not an
/// atomic shared pointer: in GCC 12, its load is a race with the next store.
class shared_content {
public:
  content get() const {
    hold();
    auto out = now_;
    release();
    return out;
  }

  void set(content next) {
    hold();
    now_.swap(next); // what was there goes when nobody waits
    release();
  }

private:
  void hold() const {
    while (held_.test_and_set(std::memory_order_acquire))
      held_.wait(true, std::memory_order_relaxed);
  }

  void release() const {
    held_.clear(std::memory_order_release);
    held_.notify_one();
  }

  content now_ = std::make_shared<const persistent_map>();
  mutable std::atomic_flag held_;
};

class memory_store final : public store {
public:
  base::result<std::unique_ptr<snapshot>> read() const override {
    return std::unique_ptr<snapshot>{
        std::make_unique<memory_snapshot>(content_.get())};
  }

  base::status commit(const batch& changes) override {
    content_.set(
        std::make_shared<const persistent_map>(content_.get()->with(changes)));
    return base::unit{};
  }

private:
  shared_content content_;
};

} // namespace

std::unique_ptr<store> make_memory_store() {
  return std::make_unique<memory_store>();
}

} // namespace hyper::kv
