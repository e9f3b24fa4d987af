#include "base/assert.hpp"
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

persistent_map applied(persistent_map below, const batch& changes) {
  for (const auto& change : changes) {
    HYPER_ASSERT(!change.key.empty() && change.key.size() <= key_size_max);
    below = change.value ? below.set(change.key, *change.value)
                         : below.erase(change.key);
  }
  return below;
}

class memory_store final : public store {
public:
  base::result<std::unique_ptr<snapshot>> read() const override {
    return std::unique_ptr<snapshot>{
        std::make_unique<memory_snapshot>(content_.load())};
  }

  base::status commit(const batch& changes) override {
    auto next = applied(*content_.load(), changes);
    content_.store(std::make_shared<const persistent_map>(std::move(next)));
    return base::unit{};
  }

private:
  std::atomic<content> content_{std::make_shared<const persistent_map>()};
};

} // namespace

std::unique_ptr<store> make_memory_store() {
  return std::make_unique<memory_store>();
}

} // namespace hyper::kv
