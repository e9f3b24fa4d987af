#pragma once

#include "actors/runtime/cause.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <caf/actor_clock.hpp>
#include <caf/group.hpp>
#include <caf/mailbox_element.hpp>

#include <compare>
#include <map>
#include <mutex>
#include <vector>

namespace hyper::actors {

/// CAF's clock on an Asio timer: setting and cancelling take O(log n). It may
/// be called from any thread and fires on the loop.
class loop_clock final : public caf::actor_clock {
public:
  explicit loop_clock(boost::asio::io_context& io);

  time_point now() const noexcept override { return clock_type::now(); }
  void set_ordinary_timeout(time_point due, caf::abstract_actor* self,
                            caf::atom_value type, std::uint64_t id) override;
  void set_multi_timeout(time_point due, caf::abstract_actor* self,
                         caf::atom_value type, std::uint64_t id) override;
  void set_request_timeout(time_point due, caf::abstract_actor* self,
                           caf::message_id id) override;
  void cancel_ordinary_timeout(caf::abstract_actor* self,
                               caf::atom_value type) override;
  void cancel_request_timeout(caf::abstract_actor* self,
                              caf::message_id id) override;
  void cancel_timeouts(caf::abstract_actor* self) override;
  void schedule_message(time_point due, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr message) override;
  void schedule_message(time_point due, caf::group target,
                        caf::strong_actor_ptr sender,
                        caf::message content) override;
  void cancel_all() override;

private:
  enum class kind : std::uint8_t { message, ordinary, multi, request };
  struct key {
    caf::actor_id actor = 0;
    kind what = kind::message;
    std::uint64_t id = 0;
    // NOLINTNEXTLINE(modernize-use-nullptr): misread by the checker
    auto operator<=>(const key&) const = default;
  };
  struct entry {
    key name;
    caf::strong_actor_ptr receiver;
    caf::mailbox_element_ptr message;
    message_number cause = message_in_hand; ///< who asked to be woken
  };
  using due_map = std::multimap<time_point, entry>;

  void add(time_point due, entry what);
  void erase(const key& name);
  void arm();
  void fire();
  std::vector<due_map::node_type> take_due();

  mutable std::mutex mutex_;
  due_map due_;
  std::map<key, due_map::iterator> index_;
  time_point armed_ = time_point::max();
  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
};

} // namespace hyper::actors
