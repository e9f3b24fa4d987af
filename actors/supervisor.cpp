#include "actors/supervisor.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace hyper::actors {

supervisor::supervisor(handle::pointer self, std::vector<caf::actor> children,
                       on_end end)
    : self_(self), children_(std::move(children)), end_(std::move(end)) {}

supervisor::handle::behavior_type supervisor::make_behavior() {
  self_->set_down_handler([this](caf::down_msg& down) { note_end(down); });
  for (const auto& child : children_)
    self_->monitor(child.address());
  return {
      [this](const shut_down&) {
        if (!stopping_)
          stop_next();
      },
      [this](const tick& what) {
        if (timer_.take(what) && !children_.empty())
          caf::anon_send_exit(children_.front(), caf::exit_reason::kill);
      },
  };
}

void supervisor::note_end(const caf::down_msg& down) {
  auto found = std::ranges::find_if(children_, [&](const caf::actor& child) {
    return child.address() == down.source;
  });
  if (found == children_.end())
    return;
  children_.erase(found);
  if (down.reason && failure_.empty() && !stopping_)
    failure_ = self_->system().render(down.reason);
  stop_next();
}

void supervisor::stop_next() {
  stopping_ = true;
  if (children_.empty()) {
    end_(failure_);
    return self_->quit();
  }
  caf::anon_send(children_.front(), shut_down{});
  timer_.arm(self_, now_of(self_) + stop_time_max);
}

} // namespace hyper::actors
