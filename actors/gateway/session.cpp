#include "actors/gateway/session.hpp"

#include "actors/gateway/route.hpp"

#include <algorithm>
#include <utility>

namespace hyper::actors::gateway {

namespace {

// The index answers at once or is gone.
constexpr base::duration answer_time = base::seconds{5};

// The feed answers when there are changes, or after its patience.
constexpr base::duration feed_time = base::seconds{50};

template <class Promise, class Answer>
void settle(Promise& what, Answer answer) {
  if (what.pending())
    std::exchange(what, Promise{}).deliver(std::move(answer));
}

http_reply text(unsigned status, const std::string& body) {
  http_reply out;
  out.status = status;
  out.type = "text/plain; charset=utf-8";
  out.body = body + "\n";
  return out;
}

// One more than is told, to know whether there are more. What is at a length is
// in the block before it.
registry::history_options part_of(std::optional<std::uint64_t> from,
                                  std::uint64_t limit, bool newest = false) {
  if (from && *from == 0 && newest)
    return {from, 0, newest};
  if (from && *from > 0)
    --*from;
  return {from, limit + 1, newest};
}

http_reply index_gone() {
  return problem(503, "unavailable", "the index is gone");
}

} // namespace

session::session(handle::pointer self, session_config how)
    : self_(self), config_(std::move(how)), replies_(config_.log) {}

session::~session() {
  settle(asked_, index_gone());
  give_up();
}

session::handle::behavior_type session::make_behavior() {
  return {
      [this](const http_request& what) { return answer(what); },
      [this](const next_changes& what) { return tell(what); },
      [this](const shut_down&) {
        if (waiting_.pending())
          self_->send(config_.feed, no_more_changes{});
        self_->quit();
      },
  };
}

caf::result<http_reply> session::answer(const http_request& what) {
  auto asked = parse_target(what.target);
  auto who = config_.who;
  // A browser has no token until the page has asked for it.
  if (std::holds_alternative<page_route>(asked))
    who.token.clear();
  if (auto refused = refuse(what, who))
    return *std::move(refused);
  upgrade_ = what.upgrade;
  subprotocol_ = std::ranges::count(what.protocols, events_protocol) > 0;
  return std::visit([this](const auto& one) { return start(one); }, asked);
}

template <class Answer, class Question, class Reply>
session::promise session::ask(Question what, Reply make_reply) {
  asked_ = self_->make_response_promise<http_reply>();
  self_->request(config_.index, answer_time, std::move(what))
      .then([this, make_reply](
                const Answer& answer) { settle(asked_, make_reply(answer)); },
            [this](const caf::error&) { settle(asked_, index_gone()); });
  return asked_;
}

session::promise session::start(const name_route& what) {
  return ask<name_found>(lookup_name{what.name, what.at},
                         [this, what](const name_found& answer) {
                           return replies_.name(what, answer);
                         });
}

session::promise session::start(const names_route& what) {
  list_names question;
  question.options.prefix = what.prefix;
  question.options.after = what.after;
  question.options.limit = what.limit + 1;
  return ask<names_listed>(std::move(question),
                           [this, what](const names_listed& answer) {
                             return replies_.names(what, answer);
                           });
}

session::promise session::start(const history_route& what) {
  return ask<history_told>(
      name_history{what.name, part_of(what.from, what.limit, what.newest)},
      [this, what](const history_told& answer) {
        return replies_.history(what, answer);
      });
}

session::promise session::start(const key_route& what) {
  return ask<names_listed>(
      names_of_key{what.key, part_of(what.from, what.limit)},
      [this, what](const names_listed& answer) {
        return replies_.key(what, answer);
      });
}

session::promise session::start(const events_route& what) {
  if (!upgrade_)
    return start(no_route{426, "upgrade_required",
                          "events are messages of a WebSocket"});
  http_reply reply;
  reply.status = 101;
  reply.trace = what.trace;
  if (subprotocol_)
    reply.protocol = events_protocol;
  return ask<index_status>(index_query{}, [=](const index_status& answer) {
    auto out = reply;
    out.follow_from = what.from.value_or(answer.how_new.length);
    return out;
  });
}

caf::result<changes_told> session::tell(const next_changes& what) {
  waiting_ = self_->make_response_promise<changes_told>();
  self_->request(config_.feed, feed_time, what)
      .then([this](const changes_told& told) { settle(waiting_, told); },
            [this](const caf::error&) { give_up(); });
  return waiting_;
}

// The index is gone, or can't read: the listener comes again elsewhere.
void session::give_up() {
  settle(waiting_, caf::make_error(caf::sec::runtime_error, "no changes"));
}

session::promise session::start(const status_route&) {
  return ask<index_status>(index_query{}, [this](const index_status& answer) {
    return replies_.status(answer);
  });
}

session::promise session::start(const health_route&) {
  return ask<index_status>(index_query{}, [](const index_status& answer) {
    return answer.problem.empty() ? text(200, "ok") : text(503, answer.problem);
  });
}

session::promise session::start(const ready_route&) {
  return ask<index_status>(index_query{}, [](const index_status& answer) {
    return answer.how_new.ever
               ? text(200, "ready")
               : text(503, "the copy has not been compared with any peer yet");
  });
}

session::promise session::start(const metrics_route&) {
  if (config_.tools.meter == nullptr)
    return start(no_route{404, "no_such_page", "nothing is measured here"});
  return ask<index_status>(index_query{}, [this](const index_status& answer) {
    http_reply out;
    out.type = "text/plain; version=0.0.4; charset=utf-8";
    out.body = config_.tools.meter->render(answer);
    return out;
  });
}

session::promise session::start(const page_route& what) {
  http_reply reply;
  reply.type = what.file->type;
  reply.body = what.file->bytes;
  reply.etag = what.file->etag;
  reply.policy = page_policy();
  auto out = self_->make_response_promise<http_reply>();
  out.deliver(std::move(reply));
  return out;
}

session::promise session::start(const no_route& what) {
  auto out = self_->make_response_promise<http_reply>();
  out.deliver(problem(what.status, what.code, what.message));
  return out;
}

} // namespace hyper::actors::gateway
