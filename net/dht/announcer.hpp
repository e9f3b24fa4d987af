#pragma once

#include "net/dht/announce.hpp"
#include "net/dht/backoff.hpp"
#include "net/dht/errand.hpp"
#include "net/dht/noise_payload.hpp"

#include <map>
#include <optional>

// Keeps one listening key announced. States and timers: docs/hyperdht.md.

namespace hyper::dht {

/// Nodes that hold the announcement of a key and relay handshakes to us.
inline constexpr std::size_t relays_max = 3;

/// Rest between two looks at the relays: also keeps a NAT open for them.
inline constexpr base::duration relay_check_interval = base::seconds{3};

/// A full renewal, in which other nodes may turn out to be nearer.
inline constexpr base::duration announce_interval = base::minutes{5};

/// Nodes that were relays and failed are looked at for a while: a node that
/// was restarted is a relay again the moment it answers.
inline constexpr base::duration lost_relay_memory = base::minutes{10};
inline constexpr std::size_t lost_relays_max = 3;

class announcer : public errand {
public:
  announcer(workplace& at, const base::key_pair& key, base::instant now);

  using errand::handle;
  void handle(base::instant now, const answered& what) override;
  void handle(base::instant now, const failed& what) override;
  void handle(base::instant now, const query_done& what) override;
  void handle_timeout(base::instant now) override;
  std::optional<base::instant> poll_timeout() const override { return due_; }

  /// Announces again now.
  void renew(base::instant now);

  /// Takes the announcement back; done when the relays have answered.
  void withdraw(base::instant now);
  bool is_done() const override;

  /// Whether the first announcement has been tried.
  bool has_settled() const { return settled_; }

  /// The relays, each with our address as it sees us.
  const std::vector<punch_relay>& relays() const { return told_; }
  address_list relay_addresses() const;

  /// Counts how often a node turned out to have forgotten us, or came back:
  /// what else was stored there is lost as well.
  std::uint64_t losses() const { return losses_; }

private:
  enum class phase : std::uint8_t {
    searching,   ///< for the nodes nearest to the target
    writing,     ///< to them
    watching,    ///< whether they still know us
    withdrawing, ///< asking for fresh tokens, then unannouncing
    done,
  };

  struct relay {
    base::endpoint address;
    base::endpoint peer; ///< we, as it sees us
  };

  struct lost {
    base::endpoint address;
    base::instant until;
  };

  /// What was asked: to look, to store, to give a token, to forget.
  enum class purpose : std::uint8_t { check, write, token, forget };

  struct pending {
    purpose what;
    relay to;
    bool repeated = false; ///< with the token of an error reply
  };

  void begin_search(base::instant now);
  void write(base::instant now, const relay& to, const node_id& id,
             const write_token& token, bool repeated);
  void finish_writing(base::instant now);
  void begin_checks(base::instant now);
  void ask_for_record(base::instant now, purpose what, const relay& to);
  void handle_write(base::instant now, const pending& done,
                    const answered& what);
  void handle_check(base::instant now, const pending& done,
                    const answered& what);
  void handle_token(base::instant now, const pending& done,
                    const answered& what);
  void handle_silence(base::instant now, const pending& done);
  void settle_pending(base::instant now);
  void remember_lost(base::instant now, const base::endpoint& address);
  bool is_relay(const base::endpoint& address) const;
  bool is_lost(const base::endpoint& address) const;
  call find_call() const;

  base::key_pair key_;
  base::hash32 target_;
  peer_record record_;
  phase phase_ = phase::watching;
  bool settled_ = false;
  bool renew_wanted_ = false; ///< as soon as the present round is over
  std::uint64_t losses_ = 0;
  std::map<request_id, pending> pending_;
  std::vector<relay> relays_;
  std::vector<relay> fresh_; ///< have taken the announcement that is under way
  std::vector<lost> lost_;
  std::vector<punch_relay> told_;
  std::vector<base::endpoint> nearest_; ///< where the next search begins
  dht::backoff backoff_;
  base::instant renewal_; ///< next full renewal
  std::optional<base::instant> due_;
};

} // namespace hyper::dht
