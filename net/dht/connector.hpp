#pragma once

#include "net/dht/early_streams.hpp"
#include "net/dht/envelope.hpp"
#include "net/dht/errand.hpp"
#include "net/dht/noise_payload.hpp"
#include "net/dht/presence.hpp"

#include <deque>
#include <map>
#include <optional>

// One connect, from a public key to a way to the peer. Steps and timers:
// docs/hyperdht.md.

namespace hyper::dht {

/// Handshakes under way at a time, each through another relay. A server has
/// three relays; so a dead one keeps nobody waiting.
inline constexpr std::size_t handshakes_parallel = 3;

/// Relays tried at all.
inline constexpr std::size_t candidates_max = 20;

/// Head start of the nodes that should know the peer before everybody is asked.
inline constexpr base::duration hints_head_start = base::milliseconds{500};

/// How long a peer that has agreed to send first may take.
inline constexpr base::duration passive_wait_max = base::seconds{10};

/// What a connect begins with.
struct connect_wish {
  connect_id id{};
  base::key_pair self;
  base::public_key remote{};
  address_list hints;                      ///< nodes that should know the peer
  std::optional<base::endpoint> announcer; ///< the peer, if it is known here
};

class connector : public errand, public early_streams::waiter {
public:
  /// What a connector asks about the node it runs on.
  class surroundings {
  public:
    virtual ~surroundings() = default;
    virtual dht::presence presence() const = 0;
    virtual socket sending_socket() const = 0;
    virtual bool tries_local_addresses() const = 0;
  };

  /// The streams and the surroundings outlive the connector.
  connector(workplace& at, early_streams& streams, const surroundings& around,
            connect_wish what, base::instant now);
  ~connector() override;

  using errand::handle;
  void handle(base::instant now, const answered& what) override;
  void handle(base::instant now, const failed& what) override;
  void handle(base::instant now, const query_reply& what) override;
  void handle(base::instant now, const query_done& what) override;
  void handle_first_packet(base::instant now, std::uint32_t id) override;
  void handle_timeout(base::instant now) override;
  std::optional<base::instant> poll_timeout() const override;
  bool is_done() const override { return phase_ == phase::done; }

  connect_id id() const { return wish_.id; }
  const base::public_key& remote() const { return wish_.remote; }

  /// Once it has succeeded: nodes through which the peer was reached.
  const address_list& working_relays() const { return working_relays_; }

private:
  enum class phase : std::uint8_t {
    reaching, ///< searching for relays, and handshakes through them
    local,    ///< PINGs to the peer's local addresses
    passive,  ///< the peer sends first
    done,
  };

  /// The handshake is over; what is left is the way.
  struct agreement {
    noise::session session;
    noise_payload payload;
    base::endpoint relay;               ///< who was asked
    std::optional<base::endpoint> peer; ///< as the relay sees it; none: direct
    base::endpoint self;                ///< we, as the relay sees us
    socket via = socket::server;        ///< where the answer arrived
  };

  void search_hints(base::instant now);
  void search_everywhere(base::instant now);
  void add_candidate(base::instant now, const base::endpoint& relay);
  void send_handshakes(base::instant now);
  bool write_message();
  void handle_handshake(base::instant now, const base::endpoint& relay,
                        const answered& what);
  std::optional<agreement> read_message(const base::endpoint& relay,
                                        const answered& what);
  void agree(base::instant now, agreement what);
  std::optional<base::endpoint> open_address() const;
  bool is_on_our_host() const;
  void try_local(base::instant now);
  void go_on_reaching(base::instant now);
  void connect(socket via, base::endpoint remote);
  void fail(connect_failure why);

  early_streams& streams_;
  const surroundings& around_;
  connect_wish wish_;
  base::hash32 target_;
  phase phase_ = phase::reaching;
  std::uint32_t stream_ = 0;
  noise::handshake handshake_;
  base::bytes message_; ///< number 1; the same through all relays
  bool claimed_open_ = false;

  std::optional<query_id> hints_query_;
  std::optional<query_id> query_;
  bool asked_everywhere_ = false;
  std::deque<base::endpoint> candidates_;
  address_list tried_;
  std::map<request_id, base::endpoint> handshakes_;
  std::map<request_id, base::endpoint> pings_;
  std::optional<agreement> agreement_;
  address_list working_relays_;

  base::instant deadline_;
  std::optional<base::instant> head_start_;
};

} // namespace hyper::dht
