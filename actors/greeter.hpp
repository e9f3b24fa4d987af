#pragma once

#include "actors/messages.hpp"
#include "actors/runtime/host.hpp"
#include "actors/runtime/timer.hpp"
#include "actors/world/network.hpp"
#include "net/secret_stream/framed_handshake.hpp"
#include "net/transport/frame.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace hyper::actors {

/// Handshakes under way at a time. For one more that comes, the one that has
/// been let in first is given up: whoever is silent keeps nobody out.
inline constexpr std::size_t greetings_max = 256;

/// A WebSocket has to be open, and its handshake done, within this time.
inline constexpr base::duration greeting_time_max = base::seconds{10};

struct greeter_config {
  /// "HOST:PORT" of the one server that is dialed; empty: nobody is.
  std::string via;
};

/// Who is at the other end of this WebSocket? Takes the place of discovery
/// where connections are made directly: it owns the half-open handshakes, and
/// hands on what they lead to. There is nobody to be found and no topic.
class greeter {
public:
  using handle = discovery_handle;
  static constexpr const char* name = "greeter";

  greeter(handle::pointer self, greeter_config how,
          std::shared_ptr<network> net, std::shared_ptr<base::entropy> chance);

  handle::behavior_type make_behavior();

private:
  struct half_open {
    std::optional<secret_stream::framed_handshake>
        talk; ///< once the WebSocket is open
    base::instant due;
    std::optional<dial_peer> wish; ///< ours, or else it was accepted
  };
  using half_opens = std::map<std::uint32_t, half_open>;

  void receive(const arrived& what);
  void take(const base::endpoint& from, const transport::frame& what);
  void dial(const dial_peer& wish);
  void let_in(std::uint32_t stream);
  void make_room();
  void begin(half_opens::iterator at, noise::role side,
             const noise::static_key& key);
  void go_on(half_opens::iterator at);
  void hear(half_opens::iterator at, const base::endpoint& from,
            base::bytes_view chunk);
  void hand_over(half_opens::iterator at, const base::endpoint& from);
  void give_up(half_opens::iterator at, dht::connect_failure why);
  void look_at_clock();
  void send(std::uint32_t stream, transport::frame_kind kind,
            base::bytes_view payload = {});

  handle::pointer self_;
  greeter_config config_;
  std::shared_ptr<network> net_;
  std::shared_ptr<base::entropy> chance_;
  swarm_handle swarm_;
  std::optional<noise::static_key> key_; ///< whom we let in as
  half_opens half_open_;
  std::uint32_t next_ = 1;
  timer timer_;
};

} // namespace hyper::actors
