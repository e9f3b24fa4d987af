#pragma once

#include "actors/gateway/gateway.hpp"
#include "actors/index.hpp"
#include "actors/log_writer.hpp"
#include "actors/world/disk.hpp"
#include "base/assert.hpp"
#include "store/log/keys.hpp"
#include "store/log/open.hpp"
#include "tests/actors/door.hpp"

#include <caf/send.hpp>

#include <chrono>
#include <string>

namespace hyper::test {

/// A whole gateway on loopback, in this process, before a log of a few names.
class gateway_door final : public door {
public:
  explicit gateway_door(const actors::gateway::limits& bounds = {}) {
    signer_ = base::make_key_pair({});
    auto log =
        log::open_writer(*store_, log::single_signer_manifest(signer_.pub));
    HYPER_ASSERT(log.ok());
    actors::index_config reading;
    reading.store = store_.get();
    reading.is_source = true;
    reading.log = {log->current, true, log->blocks.contiguous()};
    index_ = actors::spawn_state<actors::index>(world_.system(), reading);
    writer_ = actors::spawn_state<actors::log_writer>(
        world_.system(),
        actors::log_writer_config{store_.get(),
                                  disk_.get(),
                                  *log,
                                  signer_,
                                  registry::name_policy::any,
                                  {}},
        index_);
    for (const auto* name : {"alice", "b/\"b", "\xff", "<c>"})
      put(name);
    world_.io().run_for(std::chrono::milliseconds{50});
    actors::gateway::gateway_config how;
    how.where = {{127, 0, 0, 1}, 0};
    how.log = signer_.pub;
    how.index = index_;
    how.bounds = bounds;
    how.tools.meter = &meter_;
    auto where =
        actors::gateway::start_gateway(world_.io(), world_.system(), how);
    HYPER_ASSERT(where.ok());
    port_ = where->port;
  }

  ~gateway_door() override {
    caf::anon_send(writer_, actors::shut_down{});
    caf::anon_send(index_, actors::shut_down{});
    turn();
  }

  /// Somebody registers that name; it is written in one of the next turns.
  void put(const std::string& name) {
    caf::anon_send(writer_, actors::change_name{
                                {registry::action::put, name, signer_.pub}});
  }

  std::uint16_t port() const override { return port_; }

  /// How many connections of that kind there are, as the metrics tell.
  int guests(const std::string& kind) {
    auto text = meter_.render({});
    auto line = "\nhyper_registry_http_connections{kind=\"" + kind + "\"} ";
    auto at = text.find(line);
    return at == std::string::npos ? 0
                                   : std::stoi(text.substr(at + line.size()));
  }

private:
  actors::metrics::meter meter_;
  std::unique_ptr<kv::store> store_ = kv::make_memory_store();
  std::unique_ptr<actors::disk> disk_ = actors::make_inline_disk(*store_);
  base::key_pair signer_;
  actors::index_handle index_;
  actors::log_writer_handle writer_;
  std::uint16_t port_ = 0;
};

} // namespace hyper::test
