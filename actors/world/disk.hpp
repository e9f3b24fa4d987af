#pragma once

#include "actors/messages.hpp"
#include "store/kv/kv.hpp"

#include <memory>

namespace hyper::actors {

/// Where batches become durable. The answer to each commit is one `committed`
/// message with the same ticket; commits finish in the order they were given.
class disk {
public:
  virtual ~disk() = default;
  virtual void commit(std::uint64_t ticket, kv::batch changes,
                      const commit_listener& listener) = 0;
};

/// Commits on a thread of its own, so that the loop never waits for the disk.
/// The store must outlive it. Its destructor finishes what was given.
std::unique_ptr<disk> make_thread_disk(kv::store& store);

/// Commits at once, on the caller's thread: for tests.
std::unique_ptr<disk> make_inline_disk(kv::store& store);

} // namespace hyper::actors
