#include "net/dht/peer_record.hpp"

#include "net/dht/commands.hpp"

namespace hyper::dht {

void encode(base::writer& out, const peer_record& record) {
  out.raw(record.key);
  encode_addresses(out, record.relays);
}

peer_record decode_peer_record(base::reader& in) {
  peer_record record;
  record.key = in.fixed<32>();
  record.relays = decode_addresses(in);
  return record;
}

base::bytes encode(const peer_record& record) {
  base::writer out;
  encode(out, record);
  return out.release();
}

base::result<peer_record> decode_peer_record(base::bytes_view raw) {
  base::reader in{raw};
  auto record = decode_peer_record(in);
  return in.finish(std::move(record));
}

base::bytes encode(const lookup_reply& reply) {
  base::writer out;
  out.uint(reply.peers.size());
  for (const auto& peer : reply.peers)
    encode(out, peer);
  out.uint(reply.bump);
  return out.release();
}

base::result<lookup_reply> decode_lookup_reply(base::bytes_view raw) {
  base::reader in{raw};
  lookup_reply reply;
  auto count = in.array_count();
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
    auto peer = decode_peer_record(in);
    if (reply.peers.size() < lookup_peers_max)
      reply.peers.push_back(std::move(peer));
  }
  if (!in.empty())
    reply.bump = in.uint();
  return in.finish(std::move(reply));
}

base::hash32 target_of(const base::public_key& key) {
  return base::blake2b(key);
}

} // namespace hyper::dht
