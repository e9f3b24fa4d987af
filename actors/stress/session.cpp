#include "actors/stress/session.hpp"

#include "store/registry/rules.hpp"

#include <utility>

namespace hyper::actors::stress {

namespace {

// Names that a list asks for.
constexpr std::uint64_t list_limit = 50;

end end_of(registry::verdict what) {
  switch (what) {
  case registry::verdict::accepted:
    return end::ok;
  case registry::verdict::idempotent:
    return end::already;
  case registry::verdict::taken:
    return end::taken;
  case registry::verdict::not_found:
    return end::not_found;
  case registry::verdict::unauthorized:
    return end::unauthorized;
  case registry::verdict::invalid:
    break;
  }
  return end::refused;
}

} // namespace

session::session(handle::pointer self, session_config how)
    : self_(self), config_(std::move(how)), due_(config_.first) {}

session::~session() {
  if (now_)
    finish(end::left);
}

session::handle::behavior_type session::make_behavior() {
  timer_.arm(self_, due_);
  return {
      [this](const tick& what) {
        if (timer_.take(what) && !now_)
          begin();
      },
      [this](const shut_down&) { self_->quit(); },
  };
}

void session::begin() {
  auto next = config_.next(due_);
  if (!next)
    return self_->quit();
  due_ = std::max(due_ + config_.interval, now_of(self_) - base::seconds{1});
  now_.emplace();
  now_->client = config_.number;
  now_->key = config_.key;
  now_->what = std::move(*next);
  now_->begun = now_of(self_);
  if (now_->what.what == verb::lookup)
    return lookup();
  if (now_->what.what == verb::list)
    return list();
  self_->request(config_.index, caf::infinite, index_query{})
      .then([this](const index_status& copy) { call(copy.how_new.length); },
            [this](const caf::error&) { finish(end::left); });
}

void session::call(std::uint64_t length) {
  now_->begun = now_of(self_);
  auto put = now_->what.what == verb::register_name;
  self_
      ->request(config_.caller, caf::infinite,
                call_server{put ? "register" : "delete", now_->what.name,
                            config_.timeout})
      .then([this, length](const server_reply& reply) { judge(length, reply); },
            [this](const caf::error&) { finish(end::left); });
}

void session::judge(std::uint64_t length, const server_reply& reply) {
  now_->ended = now_of(self_);
  now_->repeated = reply.repeated;
  if (!reply.text)
    return finish(reply.text.failure().code == base::errc::timed_out
                      ? end::timed_out
                      : end::refused);
  auto decision = registry::parse_response(*reply.text);
  if (!decision)
    return finish(end::refused);
  if (decision->what == registry::verdict::accepted)
    return wait_until_visible(length);
  finish(end_of(decision->what));
}

void session::wait_until_visible(std::uint64_t from) {
  auto action = now_->what.what == verb::register_name ? registry::action::put
                                                       : registry::action::del;
  self_
      ->request(config_.index, caf::infinite,
                wait_for_change{now_->what.name, config_.key, action, from,
                                config_.timeout})
      .then(
          [this](const waited& done) {
            if (!done.happened)
              return finish(end::unseen);
            now_->visible = now_of(self_);
            now_->length = done.how_new.length;
            finish(end::ok);
          },
          [this](const caf::error&) { finish(end::left); });
}

void session::lookup() {
  self_
      ->request(config_.index, caf::infinite,
                lookup_name{now_->what.name, std::nullopt})
      .then(
          [this](const name_found& found) {
            now_->ended = now_of(self_);
            if (!found.outcome)
              return finish(end::refused);
            now_->length = found.how_new.length;
            if (*found.outcome)
              now_->owner = (*found.outcome)->owner;
            finish(*found.outcome ? end::ok : end::not_found);
          },
          [this](const caf::error&) { finish(end::left); });
}

void session::list() {
  list_names what;
  what.options.limit = list_limit;
  self_->request(config_.index, caf::infinite, what)
      .then(
          [this](const names_listed& all) {
            now_->ended = now_of(self_);
            now_->length = all.how_new.length;
            finish(all.outcome ? end::ok : end::refused);
          },
          [this](const caf::error&) { finish(end::left); });
}

void session::finish(end how) {
  now_->how = how;
  if (how == end::left || now_->ended == base::instant{})
    now_->ended = now_->begun;
  config_.tell(std::exchange(now_, std::nullopt).value());
  if (how != end::left)
    timer_.arm(self_, due_);
}

} // namespace hyper::actors::stress
