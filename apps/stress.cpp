#include "actors/runtime/ask.hpp"
#include "actors/stress/report.hpp"
#include "actors/stress/session.hpp"
#include "apps/child_server.hpp"
#include "apps/open_files.hpp"
#include "apps/session.hpp"
#include "apps/tracing.hpp"
#include "store/registry/view.hpp"

#include <boost/asio/steady_timer.hpp>
#include <caf/send.hpp>

#include <cstdio>
#include <deque>
#include <unistd.h>

namespace hyper::apps {

using namespace actors::stress;

namespace {

// A server of ours gives its log over the connection of the calls; another one
// is found through the topic alone. The first client finds out which it is.
constexpr base::duration probe_time = base::seconds{3};
constexpr base::duration ready_time = base::seconds{30};
constexpr const char* opening_name = "stress-opening";
// After the last answer, so long may a copy take to be complete.
constexpr base::duration settle_time = base::seconds{10};
constexpr base::duration start_gap = base::milliseconds{5};
constexpr base::duration away_time = base::seconds{1};

bool shows_progress() {
  return ::isatty(STDERR_FILENO) != 0;
}

/// A client with its own key, copy and connections.
struct member {
  std::unique_ptr<kv::store> store = kv::make_memory_store();
  std::unique_ptr<actors::disk> disk = actors::make_inline_disk(*store);
  actors::client_keys keys;
  actors::client_node node;
  session_handle session;
  std::optional<workload> wishes;
  std::uint64_t left = 0; ///< wishes that it may still make
  bool ready = false;
  bool running = false;            ///< has a session
  std::function<void()> when_down; ///< its node has ended
};

class stress_run {
public:
  stress_run(tracing& trace, actors::world& world, const options& how)
      : trace_(trace), world_(world), how_(how), ticker_(world.io()),
        members_(how.clients) {}

  void start() {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      auto& one = members_[i];
      base::seeded_entropy seed{how_.seed * 7919 + i};
      one.keys = actors::derive_client_keys(seed.array<32>());
      one.wishes.emplace(how_.seed, i, how_.mix);
      one.left = how_.operations / members_.size() +
                 (i < how_.operations % members_.size() ? 1 : 0);
    }
    probe();
  }

  /// Ctrl-C: judge what there is.
  void interrupt() {
    over_ = true;
    if (!begun_)
      return give_up("interrupted");
  }

  bool finished() const { return finished_; }
  int exit_code() const { return code_; }

private:
  // -- connecting

  base::status connect(member& one, bool meet_readers) {
    auto outside = open_client_world(world_, how_);
    if (!outside)
      return outside.failure();
    actors::client_options options;
    options.dht = dht_options_of(how_);
    options.store = one.store.get();
    options.disk = one.disk.get();
    options.keys = one.keys;
    options.server_key = how_.server_key;
    options.core_key = how_.core_key;
    options.meet_readers = meet_readers;
    options.via = how_.via;
    trace_.enter("client-" + std::to_string(&one - members_.data()));
    auto node =
        actors::start_client_node(*outside, options, [&one](const auto&) {
          if (auto then = std::exchange(one.when_down, nullptr))
            then();
        });
    trace_.enter("");
    if (!node)
      return node.failure();
    one.node = *node;
    return base::unit{};
  }

  void probe() {
    if (auto done = connect(members_[0], false); !done)
      return give_up(done.failure().message);
    actors::ask<actors::waited>(
        world_.system(), members_[0].node.index, probe_time + base::seconds{1},
        actors::wait_until_current{probe_time},
        [this](const actors::waited& end) {
          ours_ = end.happened;
          connect_all();
        },
        [this] { connect_all(); });
  }

  void connect_all() {
    if (ours_) {
      connect_next(1);
      return note_ready(0);
    }
    members_[0].when_down = [this] { after({}, [this] { open_log(); }); };
    stop(members_[0]);
  }

  // The original's log stays without any length until somebody writes, and no
  // copy of it can be told from one that has not heard of anything.
  void open_log() {
    if (failed_)
      return;
    if (auto done = connect(members_[0], true); !done)
      return give_up(done.failure().message);
    actors::ask<actors::server_reply>(
        world_.system(), members_[0].node.caller, ready_time + base::seconds{1},
        actors::call_server{"register", opening_name, ready_time},
        [this](const actors::server_reply& reply) {
          if (!reply.text)
            return give_up("the server does not answer: " +
                           reply.text.failure().message);
          wait_until_ready(0);
          connect_next(1);
        },
        [this] { give_up("the server does not answer"); });
  }

  // One after the other, so that a server is not met by all at once.
  void connect_next(std::size_t i) {
    if (i >= members_.size() || failed_)
      return;
    if (auto done = connect(members_[i], !ours_); !done)
      return give_up(done.failure().message);
    wait_until_ready(i);
    after(start_gap, [this, i] { connect_next(i + 1); });
  }

  void wait_until_ready(std::size_t i) {
    actors::ask<actors::waited>(
        world_.system(), members_[i].node.index, ready_time + base::seconds{1},
        actors::wait_until_current{ready_time},
        [this, i](const actors::waited& end) {
          end.happened ? note_ready(i)
                       : give_up("client " + std::to_string(i) +
                                 " got no log in time: is the server running, "
                                 "and are the keys right?");
        },
        [] {});
  }

  void note_ready(std::size_t i) {
    members_[i].ready = true;
    if (++ready_ == members_.size())
      begin();
  }

  // -- the run

  void begin() {
    begun_ = true;
    started_ = actors::trace::steady_now() + base::milliseconds{100};
    if (how_.duration)
      ends_ = started_ + *how_.duration;
    for (std::size_t i = 0; i < members_.size(); ++i)
      open_session(i, started_);
    tick();
    if (how_.churn > 0)
      churn();
  }

  void open_session(std::size_t i, base::instant first) {
    auto& one = members_[i];
    session_config config;
    config.number = static_cast<std::uint32_t>(i);
    config.key = one.node.identity;
    config.index = one.node.index;
    config.caller = one.node.caller;
    config.timeout = how_.timeout;
    config.interval = interval();
    // Spread over one interval, so that the rate is even.
    config.first = first + config.interval * static_cast<std::int64_t>(i) /
                               static_cast<std::int64_t>(members_.size());
    config.next = [this, i](base::instant due) { return next(i, due); };
    config.tell = [this](answered what) {
      ended_ = std::max(ended_, what.visible.value_or(what.ended));
      told_.push_back(std::move(what));
    };
    one.session = actors::spawn_state<session>(world_.system(), config);
    one.running = true;
  }

  base::duration interval() const {
    if (how_.rate <= 0)
      return {};
    return base::duration{static_cast<std::int64_t>(
        1e6 * static_cast<double>(members_.size()) / how_.rate)};
  }

  // With a rate, what is due by the end is done, be it late.
  std::optional<wish> next(std::size_t i, base::instant due) {
    auto& one = members_[i];
    auto now = how_.rate > 0 ? due : actors::trace::steady_now();
    bool done = over_ || (ends_ && now >= *ends_) || (!ends_ && one.left == 0);
    if (done) {
      one.running = false;
      one.session = nullptr;
      if (std::ranges::none_of(members_, &member::running) && away_ == 0)
        after({}, [this] { settle(); });
      return std::nullopt;
    }
    if (!ends_)
      --one.left;
    return one.wishes->next();
  }

  // Clients that leave in the middle of something, and come back with the copy
  // and the key that they had.
  void churn() {
    after(base::duration{static_cast<std::int64_t>(1e6 / how_.churn)}, [this] {
      if (over_ || std::ranges::none_of(members_, &member::running))
        return;
      leave(dice_.below(members_.size()));
      churn();
    });
  }

  void leave(std::size_t i) {
    auto& one = members_[i];
    if (!one.running)
      return;
    one.running = false;
    ++away_;
    caf::anon_send(one.session, actors::shut_down{});
    one.session = nullptr;
    // The next node uses the same copy: the old one has to be gone.
    one.when_down = [this, i] {
      after(away_time, [this, i] { come_back(i); });
    };
    stop(one);
  }

  void come_back(std::size_t i) {
    --away_;
    if (failed_)
      return;
    if (auto done = connect(members_[i], !ours_); !done)
      return give_up(done.failure().message);
    open_session(i, actors::trace::steady_now());
  }

  // -- progress

  void tick() {
    if (settling_ || failed_)
      return;
    ticker_.expires_after(std::chrono::seconds{1});
    ticker_.async_wait([this](boost::system::error_code code) {
      if (code)
        return;
      auto seconds = (actors::trace::steady_now() - started_).count() / 1000000;
      std::fprintf(stderr, "%s%llds: %zu operations, %zu in the last second%s",
                   shows_progress() ? "\r" : "",
                   static_cast<long long>(seconds), told_.size(),
                   told_.size() - shown_, shows_progress() ? "   " : "\n");
      shown_ = told_.size();
      tick();
    });
  }

  // -- the end

  void settle() {
    if (settling_ || failed_)
      return;
    settling_ = true;
    if (shows_progress())
      std::fputs("\n", stderr);
    wait_for_copies(actors::trace::steady_now() + settle_time);
  }

  // The longest copy is the log; all others must come to it.
  void wait_for_copies(base::instant until) {
    std::uint64_t longest = 0;
    std::size_t complete = 0;
    for (const auto& one : members_)
      longest = std::max(longest, length_of(one));
    for (const auto& one : members_)
      complete += length_of(one) == longest ? 1 : 0;
    if (complete == members_.size() || actors::trace::steady_now() >= until)
      return finish(longest, members_.size() - complete);
    after(base::milliseconds{50}, [this, until] { wait_for_copies(until); });
  }

  static std::uint64_t length_of(const member& one) {
    auto snapshot = one.store->read();
    auto now = registry::view{**snapshot}.now();
    return now ? now->applied : 0;
  }

  void finish(std::uint64_t longest, std::size_t behind) {
    summary all;
    all.clients = members_.size();
    all.ours = ours_;
    all.length = ended_ - started_;
    all.laws = judge(told_, read_log(longest), how_.timeout);
    all.told = std::move(told_);
    if (behind > 0) {
      all.laws.count += behind;
      all.laws.violations.push_back("L2: " + std::to_string(behind) +
                                    " copies did not become complete");
    }
    auto text = how_.json ? to_json(all) : to_text(all);
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    code_ = all.laws.count == 0 ? exit_done : exit_failed;
    stop_all();
  }

  std::vector<registry::event> read_log(std::uint64_t length) const {
    std::vector<registry::event> out;
    for (const auto& one : members_) {
      if (length_of(one) != length)
        continue;
      auto snapshot = one.store->read();
      auto read = registry::view{**snapshot}.history_all(
          0, [&out](const registry::event& event) {
            out.push_back(event);
            return true;
          });
      if (read)
        break;
      out.clear();
    }
    return out;
  }

  void give_up(const std::string& why) {
    if (std::exchange(failed_, true))
      return;
    std::fprintf(stderr, "Error: %s\n", why.c_str());
    code_ = exit_unreachable;
    stop_all();
  }

  void stop(member& one) {
    if (one.node.root)
      caf::anon_send(one.node.root, actors::shut_down{});
    one.node = {};
  }

  void stop_all() {
    over_ = true;
    finished_ = true;
    ticker_.cancel();
    for (auto& one : members_) {
      if (one.session)
        caf::anon_send(one.session, actors::shut_down{});
      one.session = nullptr;
      stop(one);
    }
  }

  void after(base::duration delay, std::function<void()> then) {
    auto timer =
        std::make_shared<boost::asio::steady_timer>(world_.io(), delay);
    timer->async_wait(
        [timer, then = std::move(then)](boost::system::error_code code) {
          if (!code)
            then();
        });
  }

  static constexpr int exit_unreachable = 3;

  tracing& trace_;
  actors::world& world_;
  const options& how_;
  boost::asio::steady_timer ticker_;
  std::vector<member> members_;
  base::seeded_entropy dice_{how_.seed};
  std::vector<answered> told_;
  std::optional<base::instant> ends_;
  base::instant started_;
  base::instant ended_; ///< the last answer
  std::size_t ready_ = 0;
  std::size_t away_ = 0;
  std::size_t shown_ = 0;
  bool ours_ = false;
  bool begun_ = false;
  bool over_ = false;
  bool settling_ = false;
  bool failed_ = false;
  bool finished_ = false; ///< nothing new begins
  int code_ = exit_done;
};

} // namespace

int run_stress(const options& asked) {
  auto how = asked;
  if (!how.self && how.server_key == base::public_key{})
    return complain({base::errc::malformed,
                     "stress: give SERVER_KEY and CORE_KEY, or --self"});
  allow_sockets(how.clients * 2); // each has two sockets
  std::unique_ptr<child_server> child;
  if (how.self) {
    auto started = child_server::start();
    if (!started)
      return complain(started.failure());
    child = std::move(started).value();
    how.server_key = child->server_key();
    how.core_key = child->core_key();
    how.bootstrap = {child->bootstrap()};
  }
  auto trace = tracing::start(how);
  if (!trace)
    return complain(trace.failure());
  actors::world world;
  stress_run run{**trace, world, how};
  world.on_stop([&run] { run.interrupt(); });
  run.start();
  world.run([&run] { return run.finished(); });
  return run.exit_code();
}

} // namespace hyper::apps
