#pragma once

#include "base/entropy.hpp"
#include "base/time.hpp"
#include "net/dht/aging_table.hpp"
#include "net/dht/node.hpp"
#include "net/dht/peer_record.hpp"

#include <map>
#include <optional>

// What a persistent node keeps for others, and its answers to the commands
// FIND_PEER to IMMUTABLE_GET. Rules and limits: docs/hyperdht.md.

namespace hyper::dht {

/// Self announces and topic records; as many as the original keeps.
inline constexpr std::size_t peer_records_max = 65536;

/// Mutable and immutable values, each.
inline constexpr std::size_t values_max = 32768;

/// The share of one host in each table, so that eight hosts are needed to push
/// everybody else out.
inline constexpr std::size_t records_share = 8;

/// Records of one topic. A reply shows twenty of them; more only cost memory.
inline constexpr std::size_t topic_records_max = 1024;

/// Larger values would not fit into a datagram that every network carries.
inline constexpr std::size_t stored_value_max = 1000;

inline constexpr base::duration peer_record_age = base::minutes{20};
inline constexpr base::duration value_age = base::minutes{48 * 60};

/// What a second announce of a key under a topic does.
enum class repeated_announce : std::uint8_t {
  replaces, ///< the newest relay addresses count
  renews,   ///< as the original: the record stays as it was
};

class records {
public:
  /// The entropy must outlive the records.
  records(base::entropy& chance, base::instant now,
          repeated_announce repeated = repeated_announce::replaces);

  /// The answer to a request for one of the storing commands that was sent to
  /// the node `own`; none: drop it. Requires is_storing(command).
  std::optional<answer> handle(const incoming_request& asked,
                               const node_id& own);

  static bool is_storing(const command_code& which);

  /// The address from which the target's peer has announced itself here.
  std::optional<base::endpoint> relay_target(const base::hash32& target);

  /// A listening key of this node: found, but never expired.
  void retain(const base::public_key& key);
  void release(const base::public_key& key);

  void handle_timeout(base::instant now);
  std::optional<base::instant> poll_timeout() const;

  std::size_t size() const;
  std::uint64_t refused() const { return refused_; }

  /// Refused or pushed out because a table was full.
  std::uint64_t at_limit() const;
  void check_invariant() const;

private:
  struct self_announce {
    base::endpoint from;
    base::bytes record;
  };

  /// A topic, then the key of a peer.
  using topic_key = std::pair<base::hash32, base::public_key>;
  using reply = std::optional<answer>;

  reply find_peer(const incoming_request& asked);
  reply lookup(const incoming_request& asked);
  reply announce(const incoming_request& asked, const node_id& own);
  reply unannounce(const incoming_request& asked, const node_id& own);
  reply mutable_put(const incoming_request& asked);
  reply mutable_get(const incoming_request& asked);
  reply immutable_put(const incoming_request& asked);
  reply immutable_get(const incoming_request& asked);

  const base::bytes* forward_record(const base::hash32& target);
  bool store_self(const incoming_request& asked, const base::hash32& target,
                  base::bytes record);
  bool store_topic(const incoming_request& asked, const topic_key& key,
                   base::bytes record);
  std::vector<const base::bytes*> pick(const base::hash32& topic);
  reply drop();
  reply bare_if(bool stored);
  topic_key random_topic_key();

  base::entropy& chance_;
  repeated_announce repeated_;
  aging_table<base::hash32, self_announce> forwards_;
  aging_table<topic_key, base::bytes> topics_;
  aging_table<base::hash32, base::bytes> mutables_;
  aging_table<base::hash32, base::bytes> immutables_;
  std::map<base::hash32, base::bytes> own_;
  base::instant peer_turn_;
  base::instant value_turn_;
  std::uint64_t refused_ = 0;
  std::uint64_t at_limit_ = 0;
};

} // namespace hyper::dht
