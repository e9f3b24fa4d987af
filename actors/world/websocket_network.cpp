#include "actors/world/websocket_network.hpp"

#include "actors/world/bounded_stream.hpp"
#include "actors/world/datagram_batch.hpp"
#include "actors/world/http_header.hpp"
#include "actors/world/name_lookup.hpp"
#include "actors/world/tcp_acceptor.hpp"
#include "base/authority.hpp"
#include "net/transport/frame.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <caf/send.hpp>

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

namespace hyper::actors {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using code = boost::system::error_code;
using transport::close_how;
using transport::frame;
using transport::frame_kind;

// Read at a time; the borders of messages mean nothing.
constexpr std::size_t read_bytes = 64 * 1024;

// Longest HTTP header in front of a WebSocket, and all that a server may say
// before it is open.
constexpr std::uint32_t header_max = 8 * 1024;
constexpr std::size_t reply_max = 2 * header_max;

// A machine never has more than this under way; nobody else writes much.
constexpr std::size_t queued_max = 80 * 1024 * 1024;

class websocket_network;

base::endpoint endpoint_of(const tcp::endpoint& where) {
  if (!where.address().is_v4())
    return {};
  return {where.address().to_v4().to_bytes(), where.port()};
}

/// One WebSocket. Tells its network what arrives, and `close` as the last.
class pipe final : public std::enable_shared_from_this<pipe> {
public:
  pipe(tcp::socket socket, std::shared_ptr<websocket_network> owner,
       std::uint32_t id);

  void accept();
  void connect(const std::string& where);

  /// Reads one message, or all that come.
  void read_one();
  void read_all();

  void send(const frame& what);
  void cut();
  bool finished() const { return finished_; }

private:
  struct leaving {
    frame_kind kind;
    base::bytes payload;
  };

  void admit(const code& problem, std::size_t bytes);
  void refuse(http::status how, const std::string& why);
  void hand_shake(const std::string& host, const name_lookup::addresses& found);
  void opened(const code& problem);
  void read();
  void heard(const code& problem);
  void write();
  void wrote(const code& problem);
  void tell(frame_kind kind, base::bytes_view payload = {});
  void finish(close_how how);

  using bounded = bounded_stream<beast::tcp_stream, beast::role_type>;

  websocket::stream<bounded> stream_;
  std::shared_ptr<websocket_network> owner_;
  std::uint32_t id_;
  std::shared_ptr<name_lookup> lookup_;
  base::endpoint remote_;
  std::optional<header_parser> header_; ///< until the WebSocket is open
  http::response<http::string_body> refusal_;
  beast::flat_buffer in_;
  std::deque<leaving> out_;
  std::size_t queued_ = 0; ///< bytes in out_
  bool writing_ = false;
  bool reading_ = false;
  bool read_all_ = false;
  bool finished_ = false;
};

class websocket_network final
    : public network,
      public std::enable_shared_from_this<websocket_network> {
public:
  /// Without a door nobody is let in.
  websocket_network(asio::io_context& io, std::shared_ptr<tcp_acceptor> door,
                    std::size_t most)
      : io_(io), door_(std::move(door)), most_(most) {}

  transport::carrier carries() const override {
    return transport::carrier::websocket;
  }

  void start(const packet_sink& rest) override {
    rest_ = rest;
    if (door_)
      door_->start([self = shared_from_this()](tcp::socket socket) {
        self->let_in(std::move(socket));
      });
  }

  void send(dht::socket, std::span<const outgoing> packets) override {
    for (const auto& one : packets)
      if (auto what = transport::decode_frame(one.data); what && !stopped_)
        send(*what);
  }

  void claim(std::uint32_t stream_id, const packet_sink& owner) override {
    auto found = pipes_.find(stream_id);
    if (found == pipes_.end() || found->second.way->finished())
      return tell(owner, {},
                  transport::encode_close(stream_id, close_how::abrupt));
    found->second.owner = owner;
    found->second.way->read_all();
  }

  void release(std::uint32_t stream_id,
               const std::optional<udx::tombstone>&) override {
    auto found = pipes_.find(stream_id);
    if (found == pipes_.end())
      return;
    auto way = std::move(found->second.way);
    pipes_.erase(found);
    way->cut();
  }

  bool is_taken(std::uint32_t stream_id) const override {
    return pipes_.contains(stream_id);
  }

  base::endpoint local(dht::socket) const override {
    return door_ ? door_->local() : base::endpoint{};
  }

  void stop() override {
    stopped_ = true;
    if (door_)
      door_->stop();
    rest_ = nullptr;
    for (auto& [id, one] : std::exchange(pipes_, {}))
      one.way->cut();
  }

  /// Of a stream that is there, to whom it belongs; then to nobody else.
  void arrive(const base::endpoint& from, std::uint32_t stream_id,
              const base::bytes& packet) {
    auto found = pipes_.find(stream_id);
    if (found != pipes_.end())
      tell(found->second.owner ? found->second.owner : rest_, from, packet);
  }

private:
  struct entry {
    std::shared_ptr<pipe> way;
    packet_sink owner; ///< none: whoever takes the rest
  };

  static void tell(const packet_sink& whom, const base::endpoint& from,
                   base::bytes_view packet) {
    if (whom)
      caf::anon_send(whom,
                     arrived{one_datagram(dht::socket::server, from, packet)});
  }

  void send(const frame& what) {
    if (what.kind == frame_kind::open)
      return dial(what);
    auto found = pipes_.find(what.stream);
    if (found == pipes_.end())
      return;
    auto way = found->second.way; // it may be released meanwhile
    if (what.kind == frame_kind::more)
      way->read_one();
    else
      way->send(what);
  }

  void dial(const frame& what) {
    if (pipes_.contains(what.stream))
      return;
    auto way = std::make_shared<pipe>(tcp::socket{io_}, shared_from_this(),
                                      what.stream);
    pipes_[what.stream] = {way, {}};
    way->connect(std::string{base::as_text(what.payload)});
  }

  void let_in(tcp::socket socket) {
    if (pipes_.size() >= most_)
      return;
    while (pipes_.contains(next_))
      next_ += 2;
    auto id = std::exchange(next_, next_ + 2);
    auto way =
        std::make_shared<pipe>(std::move(socket), shared_from_this(), id);
    pipes_[id] = {way, {}};
    way->accept();
  }

  asio::io_context& io_;
  std::shared_ptr<tcp_acceptor> door_;
  std::size_t most_;
  packet_sink rest_;
  std::unordered_map<std::uint32_t, entry> pipes_;
  std::uint32_t next_ = 2;
  bool stopped_ = false;
};

pipe::pipe(tcp::socket socket, std::shared_ptr<websocket_network> owner,
           std::uint32_t id)
    : stream_(bounded{beast::tcp_stream{std::move(socket)}, reply_max}),
      owner_(std::move(owner)), id_(id) {
  stream_.binary(true);
  stream_.auto_fragment(false);
  stream_.control_callback([this](websocket::frame_type kind,
                                  beast::string_view payload) {
    if (kind == websocket::frame_type::pong)
      tell(frame_kind::pong, base::as_bytes({payload.data(), payload.size()}));
  });
}

void pipe::accept() {
  code ignored;
  beast::get_lowest_layer(stream_).expires_after(websocket_upgrade_time);
  remote_ = endpoint_of(
      beast::get_lowest_layer(stream_).socket().remote_endpoint(ignored));
  header_.emplace();
  header_->header_limit(header_max);
  header_->body_limit(0);
  http::async_read_header(
      beast::get_lowest_layer(stream_), in_, *header_,
      [self = shared_from_this()](const code& problem, std::size_t bytes) {
        self->admit(problem, bytes);
      });
}

// Beast would read it into a buffer too small for what browsers and proxies
// add, and would take what the gateway refuses.
void pipe::admit(const code& problem, std::size_t bytes) {
  if (is_gone(problem))
    return finish(close_how::abrupt);
  if (problem == http::error::header_limit || bytes > header_max)
    return refuse(http::status::request_header_fields_too_large,
                  "the header is too long");
  if (problem)
    return refuse(http::status::bad_request, problem.message());
  auto& what = header_->get();
  if (auto wrong = what_is_wrong(what))
    return refuse(http::status::bad_request, *wrong);
  if (has_body(*header_) || in_.size() > 0)
    return refuse(http::status::bad_request,
                  "something came behind the request");
  join_lists(what);
  if (!is_whole_upgrade(what))
    return refuse(http::status::upgrade_required,
                  "peers come as WebSockets of version 13");
  stream_.async_accept(what, [self = shared_from_this()](const code& failed) {
    self->header_.reset();
    self->opened(failed);
  });
}

void pipe::refuse(http::status how, const std::string& why) {
  refusal_.version(11);
  refusal_.result(how);
  refusal_.set(http::field::content_type, "text/plain; charset=utf-8");
  if (how == http::status::upgrade_required) { // RFC 6455, section 4.4
    refusal_.set(http::field::connection, "upgrade, close");
    refusal_.set(http::field::upgrade, "websocket");
    refusal_.set(http::field::sec_websocket_version, "13");
  } else {
    refusal_.set(http::field::connection, "close");
  }
  refusal_.body() = why + "\n";
  refusal_.prepare_payload();
  http::async_write(beast::get_lowest_layer(stream_), refusal_,
                    [self = shared_from_this()](const code&, std::size_t) {
                      self->finish(close_how::abrupt);
                    });
}

void pipe::connect(const std::string& where) {
  // What is malformed has no host, and is not found.
  auto [host, port] = base::split_authority(where).value_or(base::authority{});
  if (host.starts_with('[')) // an address of IPv6
    host = host.substr(1, host.size() - 2);
  lookup_ = name_lookup::start(
      stream_.get_executor(), std::string{host}, std::string{port},
      [self = shared_from_this(), where](const name_lookup::addresses& found) {
        found.empty() ? self->finish(close_how::abrupt)
                      : self->hand_shake(where, found);
      });
}

void pipe::hand_shake(const std::string& host,
                      const name_lookup::addresses& found) {
  beast::get_lowest_layer(stream_).expires_after(websocket_upgrade_time);
  beast::get_lowest_layer(stream_).async_connect(
      found, [self = shared_from_this(), host](const code& problem,
                                               const tcp::endpoint& where) {
        if (problem || self->finished_)
          return self->finish(close_how::abrupt);
        self->remote_ = endpoint_of(where);
        self->stream_.async_handshake(
            host, "/", [self](const code& refused) { self->opened(refused); });
      });
}

void pipe::opened(const code& problem) {
  if (problem || finished_)
    return finish(close_how::abrupt);
  // From here on the machine at the stream's end has the timers.
  stream_.next_layer().open();
  auto& socket = beast::get_lowest_layer(stream_);
  socket.expires_never();
  code ignored;
  socket.socket().set_option(tcp::no_delay(true), ignored);
  tell(frame_kind::open);
}

void pipe::read_one() {
  if (!reading_)
    read();
}

void pipe::read_all() {
  read_all_ = true;
  read_one();
}

void pipe::read() {
  if (finished_)
    return;
  reading_ = true;
  stream_.async_read_some(
      in_, read_bytes,
      [self = shared_from_this()](const code& problem, std::size_t) {
        self->heard(problem);
      });
}

void pipe::heard(const code& problem) {
  reading_ = false;
  if (problem)
    return finish(problem == websocket::error::closed ? close_how::orderly
                                                      : close_how::abrupt);
  if (!stream_.got_binary())
    return finish(close_how::abrupt);
  auto data = in_.data();
  tell(frame_kind::data,
       {static_cast<const std::uint8_t*>(data.data()), data.size()});
  in_.consume(data.size());
  if (read_all_)
    read();
}

void pipe::send(const frame& what) {
  if (finished_)
    return;
  if (what.kind == frame_kind::close && !transport::is_orderly(what))
    return finish(close_how::abrupt);
  queued_ += what.payload.size();
  if (queued_ > queued_max)
    return finish(close_how::abrupt);
  out_.push_back({what.kind, base::to_bytes(what.payload)});
  if (!writing_)
    write();
}

// One after the other: a ping has to stay behind the data in front of it.
void pipe::write() {
  if (out_.empty() || finished_)
    return;
  writing_ = true;
  auto& next = out_.front();
  auto self = shared_from_this();
  if (next.kind == frame_kind::ping) {
    websocket::ping_data payload;
    payload.assign(base::as_text(next.payload).data(), next.payload.size());
    stream_.async_ping(payload,
                       [self](const code& problem) { self->wrote(problem); });
  } else if (next.kind == frame_kind::close) {
    stream_.async_close(
        websocket::close_code::normal, [self](const code& problem) {
          self->finish(problem ? close_how::abrupt : close_how::orderly);
        });
  } else {
    stream_.async_write(
        asio::buffer(next.payload),
        [self](const code& problem, std::size_t) { self->wrote(problem); });
  }
}

void pipe::wrote(const code& problem) {
  writing_ = false;
  if (problem)
    return finish(close_how::abrupt);
  queued_ -= out_.front().payload.size();
  out_.pop_front();
  write();
}

void pipe::tell(frame_kind kind, base::bytes_view payload) {
  if (!finished_)
    owner_->arrive(remote_, id_, transport::encode_frame({id_, kind, payload}));
}

void pipe::finish(close_how how) {
  if (finished_)
    return;
  owner_->arrive(remote_, id_, transport::encode_close(id_, how));
  cut();
}

void pipe::cut() {
  finished_ = true;
  if (lookup_)
    lookup_->stop();
  beast::get_lowest_layer(stream_).close();
}

} // namespace

base::result<std::shared_ptr<network>>
open_websocket_network(asio::io_context& io,
                       std::optional<base::endpoint> listen, std::size_t most) {
  std::shared_ptr<tcp_acceptor> door;
  if (listen) {
    auto opened = tcp_acceptor::open(io, *listen, "WebSockets");
    if (!opened)
      return opened.failure();
    door = std::move(opened).value();
  }
  auto made = std::make_shared<websocket_network>(io, std::move(door), most);
  return std::shared_ptr<network>{std::move(made)};
}

} // namespace hyper::actors
