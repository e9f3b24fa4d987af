#include "base/text.hpp"
#include "net/udx/demux.hpp"
#include "net/udx/stream.hpp"
#include "tests/support/vectors.hpp"

#include <deque>
#include <map>

// Packets field by field, conversations with one stream of the original step by
// step, and the packets of a whole connection, played by two streams of ours.

namespace {

using namespace hyper;
using base::bytes;
using base::bytes_view;
using test::json::array;
using test::json::object;
using test::json::value;

const base::endpoint here{{127, 0, 0, 1}, 4001};
const base::endpoint there{{127, 0, 0, 1}, 4002};

bool accepts(const object& file) {
  const auto* protocol = file.if_contains("protocol");
  return (protocol != nullptr && *protocol == "udx") ||
         (file.contains("exchanges") && file.contains("connection"));
}

std::string_view name_of(const object& entry) {
  const auto* name = entry.if_contains("name");
  return name != nullptr ? std::string_view{name->as_string()} : "packet";
}

/// The elements of an array that may be missing.
const array& list(const object& entry, std::string_view member) {
  static const array none;
  const auto* found = entry.if_contains(member);
  return found != nullptr ? found->as_array() : none;
}

// -- packets ------------------------------------------------------------------

const std::map<std::string, std::uint8_t, std::less<>> flag_names{
    {"DATA", udx::flag::data},       {"END", udx::flag::end},
    {"SACK", udx::flag::sack},       {"MESSAGE", udx::flag::message},
    {"DESTROY", udx::flag::destroy}, {"HEARTBEAT", udx::flag::heartbeat},
};

std::uint8_t flags_of(const array& names) {
  unsigned flags = 0;
  for (const auto& name : names)
    flags |= flag_names.at(test::text(name));
  return static_cast<std::uint8_t>(flags);
}

std::vector<udx::sack_block> blocks_of(const udx::packet_view& packet) {
  std::vector<udx::sack_block> out;
  for (std::size_t i = 0; i < packet.sack_count(); ++i)
    out.push_back(packet.sack_at(i));
  return out;
}

bytes encode_again(const udx::packet_view& packet) {
  bytes out;
  if (packet.has(udx::flag::sack))
    udx::encode_control(packet.head, blocks_of(packet), out);
  else
    udx::encode_padded(packet.head, packet.payload, out);
  return out;
}

void check_fields(const udx::packet_view& packet, const object& want,
                  const std::string& name, test::report& out) {
  auto field = [&](const char* member, std::uint64_t got) {
    if (const auto* found = want.if_contains(member))
      out.equal(got, test::number(*found), name + " " + member);
  };
  field("magic", udx::magic_byte);
  field("version", udx::version_byte);
  field("type", packet.head.flags);
  field("dataOffset", packet.head.data_offset);
  field("paddingLength", packet.head.data_offset);
  field("streamId", packet.head.stream_id);
  field("window", packet.head.window);
  field("seq", packet.head.seq);
  field("ack", packet.head.ack);
  field("payloadLength", packet.payload.size());
  if (const auto* flags = want.if_contains("flags"))
    out.equal(packet.head.flags, flags_of(flags->as_array()), name + " flags");
  if (const auto* payload = want.if_contains("payload"))
    out.equal(packet.payload, test::text(*payload), name + " payload");
}

void check_blocks(const udx::packet_view& packet, const object& want,
                  const std::string& name, test::report& out) {
  const auto& blocks = list(want, "sack");
  out.equal(packet.sack_count(), blocks.size(), name + " blocks");
  for (std::size_t i = 0; i < std::min(blocks.size(), packet.sack_count());
       ++i) {
    const auto& block = blocks[i].as_object();
    out.equal(packet.sack_at(i).start, test::number(block.at("start")),
              name + " start");
    out.equal(packet.sack_at(i).end, test::number(block.at("end")),
              name + " end");
  }
}

/// What the packet was made from: a first transmission, of which all but ack
/// and window is kept, or one before a relay, of which all but the id is kept.
void check_original(const udx::packet_view& packet, const value& hex,
                    const std::string& name, test::report& out) {
  auto raw = test::hex(hex);
  auto original = udx::decode(raw);
  if (!original)
    return out.check(false, name + " original");
  out.equal(encode_again(*original), test::text(hex), name + " original");
  out.equal(packet.head.seq, original->head.seq, name + " original seq");
  out.equal(packet.head.flags, original->head.flags, name + " original flags");
  out.equal(packet.payload, base::to_hex(original->payload),
            name + " original payload");
}

void replay_packet(const object& entry, test::report& out) {
  std::string name{name_of(entry)};
  auto raw = test::hex(entry.at("hex"));
  auto packet = udx::decode(raw);
  if (!packet)
    return out.check(false, name + ": " + packet.failure().message);
  if (const auto* length = entry.if_contains("length"))
    out.equal(raw.size(), test::number(*length), name + " length");
  out.equal(encode_again(*packet), test::text(entry.at("hex")), name);
  out.check(udx::stream_id_of(raw) == packet->head.stream_id, name + " demux");
  if (const auto* decoded = entry.if_contains("decoded")) {
    check_fields(*packet, decoded->as_object(), name, out);
    check_blocks(*packet, decoded->as_object(), name, out);
  }
  if (const auto* original = entry.if_contains("original"))
    check_original(*packet, *original, name, out);
}

void replay_foreign(const object& entry, test::report& out) {
  auto raw = test::hex(entry.at("hex"));
  out.check(!udx::stream_id_of(raw), std::string{name_of(entry)} + " foreign");
}

// -- conversations ------------------------------------------------------------

/// What a stream did, or should have done, between two things that came to it.
struct answer {
  std::deque<std::string> acks;    ///< packets without payload and seq
  std::deque<std::string> packets; ///< all others
  std::string data;
  std::vector<std::string> foreign;
  std::uint64_t messages = 0;
  bool end = false;
  bool reset = false;
  bool timed_out = false;
  bool close = false;

  std::size_t sent() const { return acks.size() + packets.size(); }

  // The order among acknowledgements and among others counts. Between the two
  // it depends on how fast the other side of the recording was.
  void add_packet(bytes_view datagram) {
    auto bare = datagram.size() >= udx::header_size &&
                (datagram[2] & ~udx::flag::sack) == 0;
    (bare ? acks : packets).push_back(base::to_hex(datagram));
  }

  void add_event(const object& event) {
    for (const auto& [key, what] : event) {
      if (key == "data")
        data += test::text(what);
      else if (key == "message")
        ++messages;
      else if (key == "socketMessage")
        foreign.push_back(test::text(what));
      else if (key == "end")
        end = true;
      else if (key == "close")
        close = true;
      else if (key == "error")
        (what == "ECONNRESET" ? reset : timed_out) = true;
    }
  }

  friend bool operator==(const answer&, const answer&) = default;
};

class conversation {
public:
  explicit conversation(const object& entry)
      : name_(name_of(entry)), remote_id_(static_cast<std::uint32_t>(
                                   test::number(entry.at("remoteId")))),
        stream_(options(entry), now_) {
    for (const auto& step : entry.at("steps").as_array())
      steps_.push_back(step.as_object());
    if (!has_connect_step())
      connect();
  }

  void run(test::report& out) {
    check(out, "start"); // the stream may speak before anything came to it
    while (at_ < steps_.size()) {
      auto step = steps_[at_++];
      now_ += base::milliseconds{1};
      if (const auto* datagram = step.if_contains("in"))
        receive(test::hex(*datagram));
      else if (const auto* call = step.if_contains("call"))
        perform(test::text(*call));
      check(out, test::json::serialize(step).substr(0, 80));
    }
  }

private:
  static udx::config options(const object& entry) {
    udx::config out;
    out.local_id =
        static_cast<std::uint32_t>(test::number(entry.at("streamId")));
    out.acks = udx::ack_policy::per_packet;
    return out;
  }

  bool has_connect_step() const {
    for (const auto& step : steps_)
      if (const auto* call = step.if_contains("call"); call != nullptr)
        if (*call == "connect")
          return true;
    return false;
  }

  void connect() { stream_.connect(now_, remote_id_, there); }

  void receive(const bytes& datagram) {
    if (udx::stream_id_of(datagram) == stream_.local_id() &&
        !stream_.is_closed())
      stream_.handle_datagram(now_, there, datagram);
    else
      got_.foreign.push_back(base::to_hex(datagram));
  }

  void perform(const std::string& call) {
    if (call == "connect")
      connect();
    if (call.starts_with("write"))
      stream_.write(now_, payload_that_follows()).value();
    if (call.ends_with("end"))
      stream_.end(now_);
    if (call == "destroy")
      stream_.destroy(now_);
  }

  static bool is_input(const object& step) {
    return step.contains("in") || step.contains("call");
  }

  /// The recording does not say what was written, but it shows what left.
  bytes payload_that_follows() const {
    std::map<udx::seq_number, bytes> parts;
    for (auto i = at_; i < steps_.size() && !is_input(steps_[i]); ++i)
      if (const auto* sent = steps_[i].if_contains("out")) {
        auto raw = test::hex(*sent);
        auto packet = udx::decode(raw);
        if (packet && packet->has(udx::flag::data))
          parts[packet->head.seq] = base::to_bytes(packet->payload);
      }
    bytes out;
    for (const auto& [seq, part] : parts)
      base::append(out, part);
    return out;
  }

  answer expected() {
    answer want;
    for (; at_ < steps_.size() && !is_input(steps_[at_]); ++at_) {
      if (const auto* sent = steps_[at_].if_contains("out"))
        want.add_packet(test::hex(*sent));
      else if (const auto* event = steps_[at_].if_contains("event"))
        want.add_event(event->as_object());
    }
    return want;
  }

  void drain() {
    while (auto sent = stream_.poll_transmit())
      got_.add_packet(sent->datagram);
    while (auto happened = stream_.poll_event()) {
      if (auto* got = std::get_if<udx::data>(&*happened))
        got_.data += base::to_hex(got->payload);
      got_.end |= std::holds_alternative<udx::end_received>(*happened);
      if (auto* gone = std::get_if<udx::closed>(&*happened)) {
        got_.close = true;
        got_.reset = gone->reason == udx::close_reason::reset;
        got_.timed_out = gone->reason == udx::close_reason::timed_out;
      }
    }
  }

  void check(test::report& out, const std::string& step) {
    auto want = expected();
    auto patience = now_ + base::seconds{30};
    drain();
    while (got_.sent() < want.sent()) {
      auto next = stream_.poll_timeout();
      if (!next || *next > patience)
        break;
      now_ = *next;
      stream_.handle_timeout(now_);
      drain();
    }
    got_.messages = stream_.stats().messages_dropped - messages_;
    messages_ += got_.messages;
    out.check(got_.acks == want.acks, name_ + " acks after " + step);
    out.check(got_.packets == want.packets, name_ + " packets after " + step);
    out.check(got_ == want, name_ + " events after " + step);
    got_ = {};
  }

  std::string name_;
  std::uint32_t remote_id_;
  base::instant now_;
  udx::stream stream_;
  std::vector<object> steps_;
  std::size_t at_ = 0;
  answer got_;
  std::uint64_t messages_ = 0;
};

// -- a connection -------------------------------------------------------------

struct end {
  udx::stream stream;
  base::endpoint address;
  std::deque<bytes> outbox;

  void drain() {
    while (auto sent = stream.poll_transmit())
      outbox.push_back(base::to_bytes(sent->datagram));
    while (stream.poll_event())
      continue;
  }
};

/// The id of the end that `from` does not speak for: packets carry the
/// receiver's.
std::uint32_t id_sent_by(const array& packets, std::string_view from) {
  for (const auto& entry : packets)
    if (test::text(entry.as_object().at("from")) == from)
      return udx::stream_id_of(test::hex(entry.as_object().at("hex"))).value();
  return 0;
}

end make_end(std::uint32_t local_id, std::uint32_t remote_id, bool client) {
  udx::config options;
  options.local_id = local_id;
  options.acks = udx::ack_policy::per_packet;
  end out{udx::stream{options, {}}, client ? here : there, {}};
  out.stream.connect({}, remote_id, client ? there : here);
  return out;
}

void wish(end& from, const udx::packet_view& packet, base::instant now) {
  if (packet.has(udx::flag::data))
    from.stream.write(now, base::to_bytes(packet.payload)).value();
  if (packet.has(udx::flag::end))
    from.stream.end(now);
  if (packet.has(udx::flag::destroy))
    from.stream.destroy(now);
  from.drain();
}

void replay_connection(const object& connection, test::report& out) {
  const auto& packets = list(connection, "packets");
  auto server_id = id_sent_by(packets, "client");
  auto client_id = id_sent_by(packets, "server");
  auto client = make_end(client_id, server_id, true);
  auto server = make_end(server_id, client_id, false);
  base::instant now;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    now += base::milliseconds{1};
    const auto& entry = packets[i].as_object();
    auto name = "connection packet " + std::to_string(i);
    auto& from = entry.at("from") == "client" ? client : server;
    auto& to = entry.at("from") == "client" ? server : client;
    auto raw = test::hex(entry.at("hex"));
    auto packet = udx::decode(raw).value();
    check_fields(packet, entry, name, out);
    if (from.outbox.empty())
      wish(from, packet, now);
    if (from.outbox.empty()) {
      out.check(false, name + ": nothing was sent");
      continue;
    }
    out.equal(from.outbox.front(), test::text(entry.at("hex")), name);
    to.stream.handle_datagram(now, from.address, from.outbox.front());
    from.outbox.pop_front();
    to.drain();
  }
  out.check(client.outbox.empty() && server.outbox.empty(),
            "connection: nothing more is sent");
}

void run(const object& file, test::report& out) {
  for (const auto& entry : list(file, "packets"))
    replay_packet(entry.as_object(), out);
  for (const auto& entry : list(file, "exchanges"))
    conversation{entry.as_object()}.run(out);
  if (const auto* connection = file.if_contains("connection"))
    replay_connection(connection->as_object(), out);
  if (const auto* foreign = file.if_contains("foreign"))
    for (const auto& entry : list(foreign->as_object(), "packets"))
      replay_foreign(entry.as_object(), out);
}

const test::register_replayer registered{{"udx", accepts, run}};

} // namespace
