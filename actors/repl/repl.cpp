#include "actors/repl/repl.hpp"

#include "base/mutant.hpp"

#include <algorithm>
#include <utility>

namespace hyper::actors {

namespace {

// A copy that is there already answers after this long, and says how old it is.
constexpr base::duration sync_wait_with_copy = base::seconds{3};
// A first sync that takes longer shows how far it is.
constexpr base::duration progress_interval = base::milliseconds{500};
// How long one wait for the next change lasts before it is renewed.
constexpr base::duration watch_wait = base::minutes{1};
// Changes that are shown in one go.
constexpr std::size_t watch_batch = 256;

base::error lost(const caf::error&) {
  return {base::errc::closed, "The program is ending"};
}

} // namespace

repl::repl(handle::pointer self, repl_config how)
    : self_(self), config_(std::move(how)), answers_(config_.json) {}

repl::handle::behavior_type repl::make_behavior() {
  return {
      [this](const typed_line& line) { take(line); },
      [this](const run_once& what) {
        once_ = true;
        busy_ = true;
        start(what.words);
      },
      [this](const interrupt&) {
        if (!watching_)
          return leave();
        watching_ = false;
        finish({});
      },
      [this](const tick& what) {
        if (timer_.take(what))
          show_progress();
      },
      [this](const shut_down&) { self_->quit(); },
  };
}

void repl::take(const typed_line& line) {
  lines_.push_back(line);
  if (!busy_)
    next();
}

void repl::next() {
  if (lines_.empty()) {
    config_.ready();
    return;
  }
  auto line = std::move(lines_.front());
  lines_.pop_front();
  if (line.last)
    return leave();
  auto words = split_words(line.text);
  if (words && words->empty())
    return next();
  busy_ = true;
  if (!words)
    return finish(answers_.usage(words.failure().message));
  start(*words);
}

void repl::start(const std::vector<std::string>& words) {
  ++run_;
  auto what = parse_command(words);
  if (!what)
    return finish(answers_.usage(what.failure().message));
  run(*what);
}

void repl::run(const command& what) {
  switch (what.what) {
  case verb::register_name:
  case verb::delete_name:
    return call(what);
  case verb::lookup:
    return lookup(what, false);
  case verb::list:
    return after_sync([this, what] { list(what); });
  case verb::history:
    return after_sync([this, what] { history(what); });
  case verb::watch:
    return after_sync([this, what] { watch(what); });
  case verb::whoami:
    return after_sync([this] { whoami(); });
  case verb::status:
    return after_sync([this] { status(); });
  case verb::help:
    return finish(answers_.help());
  case verb::exit:
    return leave();
  }
}

void repl::finish(const output& what) {
  if (!busy_)
    return;
  busy_ = false;
  config_.print(what);
  code_ = what.code;
  if (once_)
    return config_.finished(code_);
  next();
}

void repl::leave() {
  lines_.clear();
  config_.finished(once_ ? code_ : exit_code::done);
}

// -- register, delete ---------------------------------------------------------

// The copy's length at the start tells later what is new. What peers claim is
// no help: it need not be true.
void repl::call(const command& what) {
  self_->request(config_.index, caf::infinite, index_query{})
      .then(
          [this, what](const index_status& now) {
            send_call(what, now.how_new.length);
          },
          [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

void repl::send_call(const command& what, std::uint64_t length) {
  auto method = what.what == verb::register_name ? "register" : "delete";
  self_
      ->request(config_.caller, caf::infinite,
                call_server{method, what.name, config_.timeout})
      .then([this, what,
             length](const server_reply& reply) { judge(what, length, reply); },
            [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

void repl::judge(const command& what, std::uint64_t length,
                 const server_reply& reply) {
  if (!reply.text)
    return finish(answers_.failed(reply.text.failure()));
  auto decision = registry::parse_response(*reply.text);
  if (!decision)
    return finish(answers_.failed(
        {base::errc::refused, "The server answers '" + *reply.text + "'"}));
  if (decision->what == registry::verdict::accepted)
    return show_change(what, length, false);
  if (decision->what == registry::verdict::idempotent)
    return show_change(what, 0, true);
  if (reply.repeated && what.what == verb::delete_name)
    return find_deletion(what, length, *decision);
  finish(answers_.refused(*decision));
}

// The refusal is that of a repetition: the first call may have deleted the
// name. If so, the log says it, once it is here.
void repl::find_deletion(const command& what, std::uint64_t length,
                         const registry::decision& refusal) {
  auto search = [this, what, length, refusal] {
    self_
        ->request(config_.index, caf::infinite,
                  change_of(what, length, base::duration{}))
        .then(
            [this, what, refusal](const waited& now) {
              finish(now.happened
                         ? answers_.deleted(what.name, now.how_new.length)
                         : answers_.refused(refusal));
            },
            [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
  };
  self_
      ->request(config_.index, caf::infinite,
                wait_until_current{config_.timeout})
      .then(
          [this, search](const waited& end) {
            if (end.happened)
              return search();
            finish(answers_.failed(
                {base::errc::timed_out,
                 "The connection broke during the call, and the log did not "
                 "arrive in time: look up whether the name is still there"}));
          },
          [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

// The change that the command has made, in the copy.
wait_for_change repl::change_of(const command& what, std::uint64_t from,
                                base::duration timeout) const {
  auto action = what.what == verb::register_name ? registry::action::put
                                                 : registry::action::del;
  return {what.name, config_.identity, action, from, timeout};
}

// The answer shows when the copy shows it too: who reads after it, sees it.
void repl::show_change(const command& what, std::uint64_t from, bool already) {
  self_
      ->request(config_.index, caf::infinite,
                change_of(what, from, config_.timeout))
      .then(
          [this, what, already](const waited& end) {
            if (!end.happened)
              return finish(answers_.failed({base::errc::timed_out,
                                             "The server has accepted it, but "
                                             "the new entry did not arrive in "
                                             "time: waited for the log"}));
            auto length = end.how_new.length;
            finish(what.what == verb::register_name
                       ? answers_.registered(what.name, already, length)
                       : answers_.deleted(what.name, length));
          },
          [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

// -- reading ------------------------------------------------------------------

// What is here is answered at once; that a name is not here is only said of a
// copy that has been compared with a peer's.
void repl::lookup(const command& what, bool last_try) {
  self_->request(config_.index, caf::infinite, lookup_name{what.name, what.at})
      .then(
          [this, what, last_try](const name_found& found) {
            auto here = found.outcome.ok() && found.outcome->has_value() &&
                        !base::mutant("lookup_waits_for_peers");
            if (here || last_try || found.how_new.current)
              return finish(answers_.found(what.name, found));
            wait_for_sync(found.how_new, [this, what] { lookup(what, true); });
          },
          [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

void repl::list(const command& what) {
  list_names query;
  query.options.prefix = what.prefix;
  query.options.reverse = what.reverse;
  if (what.limit)
    query.options.limit = *what.limit;
  self_->request(config_.index, caf::infinite, query)
      .then([this](const names_listed& all) { finish(answers_.listed(all)); },
            [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

void repl::history(const command& what) {
  self_->request(config_.index, caf::infinite, name_history{what.name})
      .then(
          [this, what](const history_told& told) {
            finish(answers_.history(what.name, told));
          },
          [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

void repl::whoami() {
  self_->request(config_.index, caf::infinite, names_of_key{config_.identity})
      .then(
          [this](const names_listed& owned) {
            finish(answers_.identity(config_.identity, owned));
          },
          [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

void repl::status() {
  auto bad = [this](const caf::error& e) { finish(answers_.failed(lost(e))); };
  self_->request(config_.index, caf::infinite, index_query{})
      .then(
          [this, bad](const index_status& log) {
            self_->request(config_.swarm, caf::infinite, swarm_query{})
                .then(
                    [this, bad, log](const swarm_status& peers) {
                      self_
                          ->request(config_.discovery, caf::infinite,
                                    discovery_query{})
                          .then(
                              [this, log, peers](const discovery_status& dht) {
                                finish(answers_.status(log, peers, dht));
                              },
                              bad);
                    },
                    bad);
          },
          bad);
}

// -- watch --------------------------------------------------------------------

void repl::watch(const command& what) {
  watching_ = true;
  self_->request(config_.index, caf::infinite, index_query{})
      .then(
          [this, what](const index_status& now) {
            watch_from(what, now.how_new.length);
          },
          [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

void repl::watch_from(const command& what, std::uint64_t length) {
  self_
      ->request(config_.index, caf::infinite,
                wait_for_length{length, watch_wait})
      .then(
          [this, what, length, run = run_](const waited& end) {
            if (!watching_ || run != run_)
              return;
            if (!end.happened)
              return watch_from(what, length);
            self_
                ->request(config_.index, caf::infinite,
                          changes_since{length, watch_batch})
                .then([this, what, run,
                       until = end.how_new.length](const history_told& told) {
                  if (!watching_ || run != run_)
                    return;
                  show_changes(what, told);
                  auto full =
                      told.outcome.ok() && told.outcome->size() == watch_batch;
                  watch_from(what, full ? told.outcome->back().seq + 1 : until);
                });
          },
          [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

void repl::show_changes(const command& what, const history_told& told) {
  if (!told.outcome)
    return config_.print(answers_.failed(told.outcome.failure()));
  for (const auto& one : *told.outcome)
    if (what.name.empty() || one.name == what.name)
      config_.print(answers_.change(one));
}

// -- the first sync -----------------------------------------------------------

void repl::after_sync(const std::function<void()>& then) {
  self_->request(config_.index, caf::infinite, index_query{})
      .then(
          [this, then](const index_status& now) {
            if (now.how_new.ever)
              return then();
            wait_for_sync(now.how_new, then);
          },
          [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

void repl::wait_for_sync(const freshness& now,
                         const std::function<void()>& then) {
  auto bound = now.length > 0 ? std::min(sync_wait_with_copy, config_.timeout)
                              : config_.timeout;
  syncing_ = true;
  timer_.arm(self_, now_of(self_) + progress_interval);
  self_->request(config_.index, caf::infinite, wait_until_current{bound})
      .then(
          [this, then](const waited& end) {
            syncing_ = false;
            if (progress_shown_)
              config_.print({"", "\n", code_});
            progress_shown_ = false;
            if (!end.happened && (end.how_new.length == 0 ||
                                  base::mutant("lookup_waits_for_peers")))
              return finish(answers_.failed(
                  {base::errc::timed_out,
                   "No data yet: waited for the log from the server or another "
                   "client"}));
            then();
          },
          [this](const caf::error& e) { finish(answers_.failed(lost(e))); });
}

void repl::show_progress() {
  if (!syncing_ || !config_.progress)
    return;
  timer_.arm(self_, now_of(self_) + progress_interval);
  self_->request(config_.index, caf::infinite, index_query{})
      .then([this](const index_status& now) {
        if (!syncing_)
          return;
        progress_shown_ = true;
        config_.print({"",
                       "\rSyncing: " + std::to_string(now.how_new.length) +
                           " of " + std::to_string(now.claimed) + " blocks",
                       code_});
      });
}

} // namespace hyper::actors
