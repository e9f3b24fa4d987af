#pragma once

#include "base/entropy.hpp"
#include "net/dht/hyperdht.hpp"

#include <deque>
#include <map>

// How the parts of HyperDHT that ask other nodes for something share one node:
// each is an errand, and the switchboard brings the answers to whoever asked.

namespace hyper::dht {

/// The part of a node that errands use; tests put a script in its place.
class asker {
public:
  virtual ~asker() = default;
  virtual request_id ask(base::instant now, const base::endpoint& to, call what,
                         ask_options how) = 0;
  virtual query_id search(base::instant now, call what, query_options how) = 0;
  virtual void cancel(request_id which) = 0;
  virtual void cancel(query_id which) = 0;
};

class errand;

/// Knows which errand asked what. Outlives its errands.
class switchboard {
public:
  explicit switchboard(asker& node) : node_(node) {}

  /// False: nobody is waiting for it.
  bool route(base::instant now, const answered& what);
  bool route(base::instant now, const failed& what);
  bool route(base::instant now, const query_reply& what);
  bool route(base::instant now, const query_done& what);

  /// Of all errands.
  void handle_timeout(base::instant now);
  std::optional<base::instant> poll_timeout() const;

private:
  friend class errand;

  asker& node_;
  // By age, so that a run can be repeated.
  std::map<std::uint64_t, errand*> errands_;
  std::uint64_t last_errand_ = 0;
  std::map<request_id, errand*> requests_;
  std::map<query_id, errand*> queries_;
};

/// What every part of HyperDHT works with. All of it outlives the parts.
struct workplace {
  switchboard& board;
  std::deque<hyperdht_event>& events; ///< to whoever owns HyperDHT
  base::entropy& chance;
  hyperdht_counters& stats;
};

/// Something we want that takes several requests. Handlers never destroy an
/// errand, neither their own nor another one.
class errand {
public:
  explicit errand(workplace& at);
  virtual ~errand(); ///< whatever is still under way is cancelled
  errand(const errand&) = delete;
  errand& operator=(const errand&) = delete;

  virtual void handle(base::instant now, const answered& what);
  virtual void handle(base::instant now, const failed& what);
  virtual void handle(base::instant now, const query_reply& what);
  virtual void handle(base::instant now, const query_done& what);
  virtual void handle_timeout(base::instant now) = 0;
  virtual std::optional<base::instant> poll_timeout() const = 0;

  /// Nothing is left to do; it may be destroyed.
  virtual bool is_done() const = 0;

protected:
  request_id ask(base::instant now, const base::endpoint& to, call what,
                 ask_options how = {});
  query_id search(base::instant now, call what, query_options how = {});
  void hang_up(query_id which);
  void hang_up(); ///< cancels all
  void tell(hyperdht_event what) { at_.events.push_back(std::move(what)); }
  workplace& at() { return at_; }

private:
  workplace& at_;
  std::uint64_t number_; ///< on the board
};

} // namespace hyper::dht
