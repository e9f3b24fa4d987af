#include "tests/vectors/replication_conversation.hpp"

#include "tests/net/replication/recorded.hpp"
#include "tests/vectors/replication_values.hpp"

namespace hyper::test {

namespace {

using namespace replication;

constexpr std::uint64_t control_open = 1;

struct open_frame {
  std::uint64_t number = 0;
  base::bytes id;
  base::bytes handshake;
};

open_frame read_open(base::bytes_view payload) {
  base::reader in{payload};
  open_frame out;
  out.number = in.uint();
  in.buffer();
  out.id = base::to_bytes(in.buffer());
  out.handshake = base::to_bytes(in.rest());
  return out;
}

// Takes the log's messages out of the frames: channels are numbered by each
// side for itself, and a number may be used again for another log.
class splitter {
public:
  explicit splitter(conversation& out)
      : out_(out), id_(hex(out.core.at("discoveryKey"))) {}

  void take(const json::object& frame) {
    auto by_writer = text(frame.at("from")) == "writer";
    for (const auto& one : split_frame(hex(frame.at("hex"))))
      take(one, by_writer);
  }

private:
  void take(const wire_message& one, bool by_writer) {
    auto& number = by_writer ? writer_number_ : reader_number_;
    if (one.channel == 0 && one.type == control_open)
      take_open(read_open(one.payload), number,
                by_writer ? out_.writer_open : out_.reader_open);
    else if (one.channel != 0 && one.channel == number)
      take_message(one, by_writer);
  }

  void take_open(const open_frame& open, std::uint64_t& number,
                 base::bytes& handshake) const {
    if (open.id == id_) {
      number = open.number;
      handshake = open.handshake;
    } else if (open.number == number) {
      number = 0;
    }
  }

  void take_message(const wire_message& one, bool by_writer) {
    if (one.type >= message_types)
      return;
    if (auto what = decode(one.type, one.payload))
      out_.steps.push_back({by_writer, std::move(*what)});
  }

  conversation& out_;
  base::bytes id_;
  std::uint64_t writer_number_ = 0;
  std::uint64_t reader_number_ = 0;
};

std::vector<base::bytes> hex_list(const json::value& list) {
  std::vector<base::bytes> out;
  for (const auto& one : list.as_array())
    out.push_back(hex(one));
  return out;
}

std::vector<base::bytes> listed_blocks(const json::object& scenario,
                                       const json::array& all,
                                       std::string_view member) {
  if (has(scenario, member))
    return hex_list(scenario.at(member));
  std::vector<base::bytes> out;
  for (const auto& entry : all) {
    const auto& one = entry.as_object();
    if (has(one, "blocks") && one.at("core") == scenario.at("core") &&
        one.at("blocks").as_array().size() > out.size())
      out = hex_list(one.at("blocks"));
  }
  return out;
}

} // namespace

conversation read_conversation(const json::object& scenario,
                               std::string_view core) {
  conversation out;
  out.core = scenario.at(core).as_object();
  out.handshake_hash = fixed_hex<64>(scenario.at("handshakeHash"));
  out.writer_role = text(scenario.at("initiator")) == "writer"
                        ? stream_role::initiator
                        : stream_role::responder;
  splitter by{out};
  for (const auto& entry : scenario.at("transcript").as_array())
    if (entry.as_object().contains("hex"))
      by.take(entry.as_object());
  return out;
}

contents::contents(const conversation& what, const json::object& scenario,
                   const json::array& all, std::string_view member)
    : listed_(listed_blocks(scenario, all, member)) {
  for (const auto& proof : said_by<base::proof>(what, true))
    if (proof.block)
      sent_[{proof.fork, proof.block->index}] = proof.block->value;
}

std::optional<base::bytes> contents::at(std::uint64_t fork,
                                        std::uint64_t index) const {
  auto found = sent_.find({fork, index});
  if (found != sent_.end())
    return found->second;
  if (index < listed_.size())
    return listed_[index];
  return std::nullopt;
}

} // namespace hyper::test
