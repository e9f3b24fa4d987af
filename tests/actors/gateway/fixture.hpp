#pragma once

#include "actors/gateway/feed.hpp"
#include "actors/index.hpp"
#include "actors/log_writer.hpp"
#include "tests/actors/fixture.hpp"

namespace hyper::test {

/// A log that is written, its index, and the feed of its changes.
struct gateway_fixture : log_fixture {
  explicit gateway_fixture(actors::gateway::feed_limits how = {}) {
    auto log = open();
    actors::index_config reading;
    reading.store = store.get();
    reading.is_source = true;
    reading.log = {log.current, true, log.blocks.contiguous()};
    index = actors::spawn_state<actors::index>(sys, std::move(reading));
    actors::log_writer_config writing{
        store.get(), &disk, log, signer, registry::name_policy::any, {}};
    writer =
        actors::spawn_state<actors::log_writer>(sys, std::move(writing), index);
    feed = actors::spawn_state<actors::gateway::feed>(sys, index, how);
    settle();
  }

  ~gateway_fixture() {
    anon_send(feed, actors::shut_down{});
    anon_send(writer, actors::shut_down{});
    anon_send(index, actors::shut_down{});
    sched.run();
  }

  void settle() {
    sched.run();
    while (disk.waiting() > 0) {
      disk.finish();
      sched.run();
    }
  }

  void change(registry::action what, const std::string& name,
              std::uint8_t by = 9) {
    actors::change_name wish{{what, name, pair_of(by).pub}};
    auto asked = self->request(writer, caf::infinite, wish);
    sched.run();
    sched.advance_time(base::milliseconds{3});
    settle();
    asked.receive([](const actors::decided&) {}, [](const caf::error&) {});
  }

  void put(const std::string& name) { change(registry::action::put, name); }
  void del(const std::string& name) { change(registry::action::del, name); }

  actors::index_handle index;
  actors::log_writer_handle writer;
  actors::gateway::feed_handle feed;
};

} // namespace hyper::test
