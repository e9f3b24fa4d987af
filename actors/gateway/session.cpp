#include "actors/gateway/session.hpp"

#include "actors/gateway/route.hpp"

#include <utility>

namespace hyper::actors::gateway {

namespace {

// The index answers at once or is gone.
constexpr base::duration answer_time = base::seconds{5};

http_reply text(unsigned status, const std::string& body) {
  http_reply out;
  out.status = status;
  out.type = "text/plain; charset=utf-8";
  out.body = body + "\n";
  return out;
}

} // namespace

session::session(handle::pointer self, session_config how)
    : self_(self), config_(std::move(how)), replies_(config_.log) {}

session::handle::behavior_type session::make_behavior() {
  return {
      [this](const http_request& what) { return answer(what); },
      [this](const shut_down&) { self_->quit(); },
  };
}

caf::result<http_reply> session::answer(const http_request& what) {
  if (auto refused = refuse(what, config_.who))
    return *std::move(refused);
  return std::visit([this](const auto& asked) { return start(asked); },
                    parse_target(what.target));
}

template <class Answer, class Question, class Reply>
session::promise session::ask(Question what, Reply make_reply) {
  auto out = self_->make_response_promise<http_reply>();
  self_->request(config_.index, answer_time, std::move(what))
      .then(
          [out, make_reply](const Answer& answer) mutable {
            out.deliver(make_reply(answer));
          },
          [out](const caf::error&) mutable {
            out.deliver(problem(503, "unavailable", "the index is gone"));
          });
  return out;
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
  return ask<history_told>(name_history{what.name},
                           [this, what](const history_told& answer) {
                             return replies_.history(what, answer);
                           });
}

session::promise session::start(const key_route& what) {
  return ask<names_listed>(names_of_key{what.key},
                           [this, what](const names_listed& answer) {
                             return replies_.key(what, answer);
                           });
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

session::promise session::start(const no_route& what) {
  auto out = self_->make_response_promise<http_reply>();
  out.deliver(problem(what.status, what.code, what.message));
  return out;
}

} // namespace hyper::actors::gateway
