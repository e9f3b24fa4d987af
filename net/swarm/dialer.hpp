#pragma once

#include "base/entropy.hpp"
#include "base/time.hpp"
#include "net/dht/address_list.hpp"
#include "net/swarm/rules.hpp"

#include <map>
#include <optional>

// Whom to connect to, and when to try again. States and timers: docs/swarm.md.

namespace hyper::swarm {

/// Dials under way at a time. The original has three, and a few dead records,
/// each of which takes seconds to fail, then keep a live peer waiting.
inline constexpr std::size_t dials_max = 8;

/// Peers remembered: anybody can announce any number under a topic.
inline constexpr std::size_t known_peers_max = 1024;

/// A wish to connect to a peer.
struct dial {
  base::public_key key{};
  dht::address_list relays; ///< nodes that should know the peer
};

/// The list of known peers of one key of ours. Tell it what lookups find and
/// what becomes of connections; poll_dial() says whom to connect to. Each dial
/// must end with opened() or failed(), each opened() or accepted() with one
/// closed().
class dialer {
public:
  /// The entropy must outlive the dialer.
  dialer(const base::public_key& own, base::entropy& chance);

  /// A lookup has found the peer; the newest relays are kept.
  void found(base::instant now, const base::public_key& key,
             dht::address_list relays);

  /// The peer is wanted by its key: first in the row, tried again for ever.
  void want(base::instant now, const base::public_key& key,
            dht::address_list relays = {});
  void unwant(const base::public_key& key);

  /// Never dialed any more, and refused when it dials us.
  void ban(const base::public_key& key);
  bool is_banned(const base::public_key& key) const;

  void opened(base::instant now, const base::public_key& key);
  void failed(base::instant now, const base::public_key& key);

  /// The peer has dialed us. A dial of ours to it may still be under way.
  void accepted(base::instant now, const base::public_key& key);

  /// The last connection with the peer has ended.
  void closed(base::instant now, const base::public_key& key);

  void handle_timeout(base::instant now);
  std::optional<base::instant> poll_timeout() const;
  std::optional<dial> poll_dial();

  std::size_t known() const { return peers_.size(); }
  std::size_t dialing() const { return dialing_; }
  std::size_t connected() const { return connected_; }
  void check_invariant() const;

private:
  enum class state : std::uint8_t {
    idle,      ///< waits for a lookup to find it again
    resting,   ///< is dialed again at `due`
    queued,    ///< is dialed as soon as there is room
    dialing,   ///< a dial is under way
    connected, ///< has an open connection
    banned,
  };

  struct peer {
    swarm::history history;
    dialer::state state = state::idle;
    bool we_dialed = false; ///< the last connection
    std::uint32_t lot = 0;  ///< decides among equals
    base::instant due;      ///< end of the rest; begin of the connection
    dht::address_list relays;
  };

  using peers = std::map<base::public_key, peer>;

  peer* admit(const base::public_key& key);
  bool evict_one();
  void queue(peer& who);
  void rest(base::instant now, peer& who);
  void enter(peer& who, state next);
  bool has_room(const peer& who) const;
  static bool comes_before(const peer& left, const peer& right);
  base::duration length_of(pause kind);

  base::public_key own_;
  base::entropy& chance_;
  peers peers_;
  std::size_t dialing_ = 0;
  std::size_t connected_ = 0;
  std::size_t explicit_ = 0;
};

} // namespace hyper::swarm
