#pragma once

#include "net/dht/announce.hpp"
#include "net/dht/backoff.hpp"
#include "net/dht/errand.hpp"

#include <map>
#include <optional>
#include <set>

// One topic that we have joined, or look at once. Timers: docs/hyperdht.md.

namespace hyper::dht {

/// Rest after a look at the topic, with up to two minutes more by chance:
/// records live 13 minutes at least.
inline constexpr base::duration topic_interval = base::minutes{10};
inline constexpr base::duration topic_interval_spread = base::minutes{2};

/// Who looks for somebody and finds nobody looks again soon: the other one may
/// be starting at this moment.
inline constexpr base::duration lonely_interval_max = base::seconds{30};

/// A node shows lookup_peers_max of its records, drawn anew for each lookup. So
/// while replies are full there is another look after 2, 4 ... this long, for
/// those that were not shown; then it is left to the next regular one.
inline constexpr base::duration crowded_interval_max = base::seconds{32};

/// How long found nodes may be kept waiting for the relay addresses of the
/// announced key; their tokens live 7.5 s at least.
inline constexpr base::duration relays_wait_max = base::seconds{5};

/// Peers told in one look; whoever fills a topic with records fills no more.
inline constexpr std::size_t topic_peers_max = 1024;

class topic : public errand {
public:
  enum class life : std::uint8_t { until_left, one_look };

  /// Begins with a look at once. With `how.announce`, nothing is written before
  /// set_relays().
  topic(workplace& at, const base::hash32& target, join_options how,
        life lasting, base::instant now);

  using errand::handle;
  void handle(base::instant now, const answered& what) override;
  void handle(base::instant now, const failed& what) override;
  void handle(base::instant now, const query_reply& what) override;
  void handle(base::instant now, const query_done& what) override;
  void handle_timeout(base::instant now) override;
  std::optional<base::instant> poll_timeout() const override { return due_; }

  /// Where the announced key can be reached. New ones are announced soon.
  void set_relays(base::instant now, address_list relays);

  void set_options(base::instant now, join_options how);

  /// Looks, and announces, again now.
  void refresh(base::instant now);

  /// Takes the announcement back; done when the nodes have answered.
  void leave(base::instant now);
  bool is_leaving() const {
    return phase_ == phase::leaving || phase_ == phase::done;
  }
  bool is_done() const override { return phase_ == phase::done; }

  const join_options& options() const { return how_; }

private:
  enum class phase : std::uint8_t {
    resting,
    looking,
    waiting, ///< for set_relays()
    writing,
    leaving, ///< looking and unannouncing at the last closest nodes
    done,
  };

  /// What has been asked of a node of the topic.
  struct pending {
    announce_kind what = announce_kind::announce;
    closest_node to;
    bool repeated = false;
  };

  void look(base::instant now);
  bool is_announcing() const { return how_.announce.has_value(); }
  peer_record own_record() const;
  void tell_peers(const lookup_reply& reply);
  bool must_clear(const lookup_reply& reply) const;
  void begin_writing(base::instant now);
  void write(base::instant now, announce_kind kind, const closest_node& to,
             bool repeated);
  void take_back(base::instant now, const query_reply& from);
  void handle_error(base::instant now, const pending& done,
                    const answered& what);
  void settle(base::instant now);
  void finish_look(base::instant now);
  base::duration pause(base::instant now);

  base::hash32 target_;
  join_options how_;
  life lasting_;
  phase phase_ = phase::resting;
  std::optional<address_list> relays_; ///< none: not known yet
  bool relays_changed_ = false;
  base::instant write_at_; ///< a look before that only reads

  // The look that is under way.
  std::set<base::public_key> told_; ///< of earlier ones too, in a crowd
  bool full_ = false;               ///< a reply had no room for more
  std::set<node_id> to_clear_;      ///< nodes that hold an old record of ours
  std::size_t nodes_ = 0;
  std::size_t stored_ = 0;
  std::map<request_id, pending> pending_;

  std::vector<closest_node> closest_;
  bool has_announced_ = false;
  dht::backoff backoff_;
  base::duration lonely_ = base::seconds{1};
  base::duration crowded_ = base::seconds{1};
  bool is_relook_ = false; ///< the next look is for those not shown yet
  std::optional<base::instant> due_;
};

} // namespace hyper::dht
