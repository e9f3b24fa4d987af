#include "actors/gateway/listener.hpp"

#include "actors/gateway/frame_stream.hpp"
#include "actors/gateway/guard.hpp"
#include "actors/gateway/replies.hpp"
#include "actors/gateway/route.hpp"
#include "actors/runtime/ask.hpp"
#include "actors/world/http_header.hpp"
#include "actors/world/tcp_acceptor.hpp"
#include "base/authority.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <caf/send.hpp>

#include <array>
#include <chrono>
#include <ctime>
#include <optional>
#include <set>
#include <utility>

namespace hyper::actors::gateway {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using code = boost::system::error_code;

// Of what a client sends behind the end, so much is read before the connection
// is closed: closing earlier would take the reply from it.
constexpr std::size_t lingering_max = 64 * 1024;

// As a date in a header (RFC 9110, section 5.6.7).
std::string http_date() {
  constexpr std::size_t size = sizeof "Sun, 06 Nov 1994 08:49:37 GMT";
  std::array<char, size> out{};
  auto now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::strftime(out.data(), out.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return out.data();
}

// What a listener of events sends is not looked at, and cannot be much.
constexpr std::size_t heard_max = 4096;

// The session answers sooner, if only to say that nothing has changed.
constexpr base::duration changes_time = base::seconds{60};

// So often whoever watches the actors is shown what is new.
constexpr std::chrono::milliseconds look_time{100};

// A request that could not be read, or was not let in, asks for nothing.
constexpr std::string_view no_kind = "none";

class tcp_listener;

/// Whoever has come through the door.
class guest {
public:
  virtual ~guest() = default;
  virtual std::string_view kind() const = 0; ///< for counting
  virtual void stop() = 0;
};

/// One that asks, and may ask again.
class connection final : public guest,
                         public std::enable_shared_from_this<connection> {
public:
  connection(tcp::socket socket, std::shared_ptr<tcp_listener> owner);

  void start(session_handle answers);
  void refuse(const http_reply& why);
  std::string_view kind() const override { return "request"; }
  void stop() override;

private:
  void read();
  void take(const code& problem, std::size_t bytes);
  void ask(http_header& what);
  void refuse_body();
  void reply(const http_reply& what);
  void follow(const http_reply& what);
  void write(const http_reply& what);
  void wrote(const code& problem);
  void linger();
  void close();

  beast::tcp_stream stream_;
  std::shared_ptr<tcp_listener> owner_;
  session_handle answers_;
  beast::flat_buffer buffer_;
  std::optional<header_parser> parser_;
  http::response<http::string_body> reply_;
  bool first_ = true;
  bool is_head_ = false;
  bool keep_alive_ = false;
  unsigned version_ = 11;
  std::string if_none_match_;
  std::string_view route_ = no_kind; ///< of the request in hand
  std::size_t lingered_ = 0;
};

/// One that listens to what happens.
class follower final : public guest,
                       public std::enable_shared_from_this<follower> {
public:
  follower(beast::tcp_stream stream, std::shared_ptr<tcp_listener> owner,
           session_handle answers, const http_reply& what);

  void start(const http_header& how, const std::string& protocol);
  std::string_view kind() const override { return "listener"; }
  void stop() override;

private:
  void hear();
  void ask();
  void write(const changes_told& what);
  void look();
  void show(const std::optional<std::string>& messages);
  void close();

  websocket::stream<frame_stream<beast::tcp_stream, beast::role_type>> stream_;
  std::shared_ptr<tcp_listener> owner_;
  session_handle answers_;
  std::uint64_t length_; ///< up to which it has been told
  asio::steady_timer timer_;
  std::optional<trace::live::watcher> trace_;
  beast::flat_buffer heard_;
};

class tcp_listener final : public listener,
                           public std::enable_shared_from_this<tcp_listener> {
public:
  tcp_listener(caf::actor_system& system, limits how, const instruments& tools,
               session_source sessions)
      : system_(system), limits_(how), tools_(tools),
        sessions_(std::move(sessions)) {}

  void start(std::shared_ptr<tcp_acceptor> door) {
    door_ = std::move(door);
    door_->start([self = shared_from_this()](tcp::socket socket) {
      self->begin(std::move(socket));
    });
  }

  base::endpoint local() const override { return door_->local(); }

  void stop() override {
    door_->stop();
    sessions_ = nullptr;
    for (const auto& one : std::exchange(guests_, {})) {
      count(*one, -1);
      one->stop();
    }
    for (const auto& one : std::exchange(refused_, {}))
      one->stop();
  }

  void enter(const std::shared_ptr<guest>& one) {
    if (guests_.insert(one).second)
      count(*one, 1);
  }
  void leave(const std::shared_ptr<guest>& one) {
    if (guests_.erase(one) > 0)
      count(*one, -1);
    else
      refused_.erase(one);
  }

  caf::actor_system& system() { return system_; }
  const limits& how() const { return limits_; }
  const instruments& tools() const { return tools_; }

  void replied(std::string_view route, unsigned status) const {
    if (tools_.meter != nullptr)
      tools_.meter->replied(route, status);
  }

private:
  void count(const guest& one, int change) const {
    if (tools_.meter != nullptr)
      tools_.meter->guests_changed(one.kind(), change);
  }

  void begin(tcp::socket socket) {
    auto one =
        std::make_shared<connection>(std::move(socket), shared_from_this());
    if (guests_.size() < limits_.connections) {
      enter(one);
      one->start(sessions_());
    } else if (refused_.size() < refused_max) {
      refused_.insert(one);
      one->refuse(problem(503, "busy", "too many connections"));
    } else {
      replied(no_kind, 503); // in that it is closed
    }
  }

  std::shared_ptr<tcp_acceptor> door_;
  caf::actor_system& system_;
  limits limits_;
  instruments tools_;
  session_source sessions_;
  std::set<std::shared_ptr<guest>> guests_;
  std::set<std::shared_ptr<guest>> refused_; ///< until they have heard why
};

connection::connection(tcp::socket socket, std::shared_ptr<tcp_listener> owner)
    : stream_(std::move(socket)), owner_(std::move(owner)) {}

void connection::start(session_handle answers) {
  answers_ = std::move(answers);
  read();
}

void connection::refuse(const http_reply& why) {
  write(why);
}

void connection::stop() {
  if (answers_)
    caf::anon_send(answers_, shut_down{});
  answers_ = nullptr;
  code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
  stream_.close();
}

void connection::close() {
  auto self = shared_from_this(); // the owner's may be the last one
  owner_->leave(self);
  stop();
}

void connection::read() {
  const auto& how = owner_->how();
  route_ = no_kind;
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(how.header));
  parser_->body_limit(0);
  stream_.expires_after(std::exchange(first_, false) ? how.request_time
                                                     : how.idle_time);
  // Not what is behind the header: Beast bounds the fields in front of a body,
  // but not those behind it.
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](const code& problem, std::size_t bytes) {
        self->take(problem, bytes);
      });
}

// Beast's own limit is of what it has not yet read: it depends on the pieces in
// which a header comes.
void connection::take(const code& bad, std::size_t bytes) {
  if (!answers_)
    return;
  auto& what = parser_->get();
  is_head_ = what.method() == http::verb::head;
  keep_alive_ = false;
  if (bad == http::error::header_limit ||
      (!bad && bytes > owner_->how().header))
    return write(
        what.target().empty() // it is not read to its end
            ? problem(414, "too_long", "the target is too long")
            : problem(431, "header_too_long", "the header is too long"));
  if (bad == http::error::body_limit || (!bad && has_body(*parser_)))
    return refuse_body();
  if (!bad)
    return ask(what);
  if (is_gone(bad))
    return close();
  write(bad == http::error::bad_version
            ? problem(505, "version", "HTTP/1.1 is spoken here")
            : problem(400, "malformed", bad.message()));
}

void connection::refuse_body() {
  bool reads = is_head_ || parser_->get().method() == http::verb::get;
  write(reads ? problem(413, "no_body", "no request here has a body")
              : read_only());
}

void connection::ask(http_header& what) {
  version_ = what.version();
  if (auto wrong = what_is_wrong(what))
    return write(problem(400, "malformed", *wrong));
  join_lists(what);
  keep_alive_ = what.keep_alive();
  if_none_match_ = text_of(what[http::field::if_none_match]);
  http_request out;
  out.method = text_of(what.method_string());
  auto target = text_of(what.target());
  auto parts = split_absolute(target);
  out.target = parts.rest;
  if (parts.authority &&
      (parts.authority->empty() || !base::split_authority(*parts.authority)))
    return write(problem(400, "malformed", "the target names no host"));
  route_ = kind_of(parse_target(out.target));
  out.host = parts.authority ? std::string{*parts.authority}
                             : text_of(what[http::field::host]);
  out.origin = text_of(what[http::field::origin]);
  out.authorization = text_of(what[http::field::authorization]);
  out.if_none_match = if_none_match_;
  out.upgrade = is_whole_upgrade(what);
  if (out.upgrade)
    for (auto one : http::token_list{what[http::field::sec_websocket_protocol]})
      out.protocols.push_back(text_of(one));
  auto self = shared_from_this();
  stream_.expires_after(owner_->how().request_time);
  actors::ask<http_reply>(
      owner_->system(), answers_, owner_->how().request_time, std::move(out),
      [self](const http_reply& reply) { self->reply(reply); },
      [self] {
        self->keep_alive_ = false;
        self->write(problem(500, "failed", "the session has failed"));
      });
}

void connection::reply(const http_reply& what) {
  if (what.status != 101)
    return write(what);
  if (buffer_.size() == 0)
    return follow(what);
  // It has to wait for the answer (RFC 6455, section 4.1).
  keep_alive_ = false;
  write(problem(400, "malformed", "something came behind the request"));
}

// The socket and the actor go on as somebody else.
void connection::follow(const http_reply& what) {
  if (!answers_)
    return;
  owner_->replied(route_, what.status);
  auto self = shared_from_this();
  auto next = std::make_shared<follower>(
      std::move(stream_), owner_, std::exchange(answers_, nullptr), what);
  owner_->enter(next);
  owner_->leave(self);
  next->start(parser_->get(), what.protocol);
}

void connection::write(const http_reply& what) {
  reply_ = {};
  reply_.version(version_);
  bool unchanged = what.status == 200 && matches(if_none_match_, what.etag);
  reply_.result(unchanged ? 304U : what.status);
  owner_->replied(route_, reply_.result_int());
  reply_.set(http::field::date, http_date());
  reply_.set(http::field::cache_control, "no-cache");
  reply_.set("X-Content-Type-Options", "nosniff");
  reply_.set("Referrer-Policy", "no-referrer");
  reply_.set("Content-Security-Policy",
             what.policy.empty() ? "default-src 'none'" : what.policy);
  if (!what.etag.empty())
    reply_.set(http::field::etag, what.etag);
  if (!what.allow.empty())
    reply_.set(http::field::allow, what.allow);
  if (what.status == 401)
    reply_.set(http::field::www_authenticate, "Bearer");
  if (what.status == 426) { // RFC 6455, section 4.4
    reply_.set(http::field::upgrade, "websocket");
    reply_.set(http::field::connection, "upgrade");
    reply_.set(http::field::sec_websocket_version, "13");
  }
  if (!unchanged) {
    reply_.set(http::field::content_type, what.type);
    reply_.content_length(what.body.size());
    if (!is_head_)
      reply_.body() = what.body;
  }
  reply_.keep_alive(keep_alive_);
  if_none_match_.clear();
  stream_.expires_after(owner_->how().write_time);
  http::async_write(
      stream_, reply_,
      [self = shared_from_this()](const code& problem, std::size_t) {
        self->wrote(problem);
      });
}

void connection::wrote(const code& problem) {
  if (problem)
    return close();
  if (keep_alive_ && answers_)
    return read();
  code ignored;
  stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  linger();
}

void connection::linger() {
  buffer_.clear();
  stream_.async_read_some(
      buffer_.prepare(4096),
      [self = shared_from_this()](const code& problem, std::size_t bytes) {
        self->lingered_ += bytes;
        if (problem || self->lingered_ > lingering_max)
          return self->close();
        self->linger();
      });
}

follower::follower(beast::tcp_stream stream,
                   std::shared_ptr<tcp_listener> owner, session_handle answers,
                   const http_reply& what)
    : stream_(std::move(stream), owner->how().write_time),
      owner_(std::move(owner)), answers_(std::move(answers)),
      length_(what.follow_from), timer_(stream_.get_executor()) {
  if (auto* live = owner_->tools().live; live != nullptr && what.trace)
    trace_.emplace(*live);
}

// Who answers no ping within the time, or does not read, is cut off.
void follower::start(const http_header& how, const std::string& protocol) {
  auto& socket = beast::get_lowest_layer(stream_);
  socket.expires_never();
  code ignored;
  socket.socket().set_option(tcp::no_delay(true), ignored);
  websocket::stream_base::timeout bounds{};
  bounds.handshake_timeout = owner_->how().request_time;
  bounds.idle_timeout = owner_->how().idle_time;
  bounds.keep_alive_pings = true;
  stream_.set_option(bounds);
  if (!protocol.empty())
    stream_.set_option(websocket::stream_base::decorator(
        [protocol](websocket::response_type& reply) {
          reply.set(http::field::sec_websocket_protocol, protocol);
        }));
  stream_.read_message_max(heard_max);
  stream_.text(true);
  stream_.async_accept(how, [self = shared_from_this()](const code& problem) {
    if (problem)
      return self->close();
    self->hear();
    self->ask();
    if (self->trace_)
      self->look();
  });
}

void follower::hear() {
  stream_.async_read(
      heard_, [self = shared_from_this()](const code& problem, std::size_t) {
        if (problem)
          return self->close();
        self->heard_.clear();
        self->hear();
      });
}

void follower::ask() {
  if (!answers_)
    return;
  auto self = shared_from_this();
  actors::ask<changes_told>(
      owner_->system(), answers_, changes_time, next_changes{length_},
      [self](const changes_told& told) { self->write(told); },
      [self] { self->close(); });
}

// It asks on when all is written: a batch is all that is kept for a slow one.
void follower::write(const changes_told& what) {
  length_ = what.length;
  if (what.lines.empty())
    return ask();
  if (!stream_.is_open())
    return;
  std::string frames;
  for (const auto& line : what.lines)
    append_text_frame(frames, *line);
  stream_.next_layer().write(std::move(frames),
                             [self = shared_from_this()](const code& problem) {
                               problem ? self->close() : self->ask();
                             });
}

// Messages that are being watched cause none: it looks, now and then.
void follower::look() {
  timer_.expires_after(look_time);
  timer_.async_wait([self = shared_from_this()](const code& ended) {
    if (!ended && self->stream_.is_open())
      self->show(self->trace_->next());
  });
}

void follower::show(const std::optional<std::string>& messages) {
  if (!messages)
    return look();
  auto text = R"({"trace":{)" + *messages;
  if (const auto* meter = owner_->tools().meter)
    text += R"(,"actors":)" + kinds_json(meter->kinds());
  std::string frame;
  append_text_frame(frame, text + "}}");
  stream_.next_layer().write(std::move(frame),
                             [self = shared_from_this()](const code& problem) {
                               problem ? self->close() : self->look();
                             });
}

void follower::stop() {
  timer_.cancel();
  if (answers_)
    caf::anon_send(answers_, shut_down{});
  answers_ = nullptr;
  beast::get_lowest_layer(stream_).close();
}

void follower::close() {
  auto self = shared_from_this();
  owner_->leave(self);
  stop();
}

} // namespace

base::result<std::shared_ptr<listener>>
listen(boost::asio::io_context& io, caf::actor_system& system,
       const base::endpoint& where, const limits& how, const instruments& tools,
       session_source sessions) {
  auto door = tcp_acceptor::open(io, where, "HTTP");
  if (!door)
    return door.failure();
  auto out =
      std::make_shared<tcp_listener>(system, how, tools, std::move(sessions));
  out->start(std::move(door).value());
  return std::shared_ptr<listener>{std::move(out)};
}

} // namespace hyper::actors::gateway
