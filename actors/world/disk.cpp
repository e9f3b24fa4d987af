#include "actors/world/disk.hpp"

#include "actors/runtime/cause.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <caf/send.hpp>

namespace hyper::actors {

namespace {

class thread_disk final : public disk {
public:
  explicit thread_disk(kv::store& store) : store_(store), thread_(1) {}
  ~thread_disk() override { thread_.join(); }

  void commit(std::uint64_t ticket, kv::batch changes,
              const commit_listener& listener) override {
    boost::asio::post(thread_, [this, ticket, changes = std::move(changes),
                                listener, cause = message_in_hand] {
      cause_scope scope{cause};
      caf::anon_send(listener, committed{ticket, store_.commit(changes)});
    });
  }

private:
  kv::store& store_;
  boost::asio::thread_pool thread_;
};

class inline_disk final : public disk {
public:
  explicit inline_disk(kv::store& store) : store_(store) {}

  void commit(std::uint64_t ticket, kv::batch changes,
              const commit_listener& listener) override {
    caf::anon_send(listener, committed{ticket, store_.commit(changes)});
  }

private:
  kv::store& store_;
};

} // namespace

std::unique_ptr<disk> make_thread_disk(kv::store& store) {
  return std::make_unique<thread_disk>(store);
}

std::unique_ptr<disk> make_inline_disk(kv::store& store) {
  return std::make_unique<inline_disk>(store);
}

} // namespace hyper::actors
