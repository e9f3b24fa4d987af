#include "actors/sim/virtual_disk.hpp"

#include "base/mutant.hpp"

#include <caf/send.hpp>

#include <utility>

namespace hyper::actors::sim {

/// What one start of the host has in its hands.
class virtual_disk::port final : public disk {
public:
  port(virtual_disk& of, std::uint64_t life) : of_(of), life_(life) {}

  void commit(std::uint64_t ticket, kv::batch changes,
              const commit_listener& listener) override {
    if (life_ == of_.life_)
      of_.commit({ticket, std::move(changes), listener});
  }

private:
  virtual_disk& of_;
  std::uint64_t life_;
};

virtual_disk::virtual_disk(simulation& in, base::entropy& chance, host_id where)
    : sim_(in), chance_(chance), where_(where), store_(kv::make_memory_store()),
      durable_(kv::make_memory_store()) {}

virtual_disk::~virtual_disk() = default;

disk& virtual_disk::mount() {
  ports_.push_back(std::make_unique<port>(*this, ++life_));
  return *ports_.back();
}

void virtual_disk::commit(waiting one) {
  if (base::mutant("missing_fsync")) {
    tell(one, apply(one.changes));
    one.listener = nullptr;
  }
  queue_.push_back(std::move(one));
  if (queue_.size() == 1)
    begin();
}

void virtual_disk::begin() {
  auto span = (mood_.commit_max - mood_.commit_min).count();
  auto extra = chance_.below(static_cast<std::uint64_t>(span) + 1);
  sim_.after(mood_.commit_min +
                 base::duration{static_cast<std::int64_t>(extra)},
             where_, [this, life = life_] { finish(life); });
}

void virtual_disk::finish(std::uint64_t life) {
  if (life != life_)
    return;
  auto one = std::move(queue_.front());
  queue_.pop_front();
  if (base::mutant("missing_fsync"))
    static_cast<void>(durable_->commit(one.changes).ok());
  else
    tell(one, apply(one.changes));
  if (!queue_.empty())
    begin();
}

void virtual_disk::tell(const waiting& one, const base::status& outcome) {
  caf::anon_send(one.listener, committed{one.ticket, outcome});
  if (outcome && then_)
    then_();
}

base::status virtual_disk::apply(const kv::batch& changes) {
  if (mood_.full)
    return base::error{base::errc::io, "kv: the disk is full"};
  return store_->commit(changes);
}

void virtual_disk::crash() {
  ++life_;
  if (!queue_.empty() && !base::mutant("missing_fsync") &&
      chance_.below(2) == 0 && apply(queue_.front().changes))
    if (then_)
      then_();
  queue_.clear();
  if (base::mutant("missing_fsync"))
    lose_unsynced();
}

void virtual_disk::lose_unsynced() {
  kv::batch all;
  auto kept = durable_->read();
  static_cast<void>(
      (*kept)
          ->scan({}, {}, kv::direction::forward,
                 [&all](base::bytes_view key, base::bytes_view value) {
                   all.push_back({base::to_bytes(key), base::to_bytes(value)});
                   return true;
                 })
          .ok());
  lost_.push_back(std::exchange(store_, kv::make_memory_store()));
  static_cast<void>(store_->commit(all).ok());
}

} // namespace hyper::actors::sim
