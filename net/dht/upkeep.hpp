#pragma once

#include "base/entropy.hpp"
#include "base/time.hpp"
#include "net/dht/contacts.hpp"

// What is to be done every so many ticks. docs/dht.md.

namespace hyper::dht {

inline constexpr base::duration tick_interval = base::seconds{5};

/// So long without a tick, and the machine must have been asleep.
inline constexpr base::duration sleep_min = 3 * tick_interval;

class upkeep {
public:
  static constexpr tick refresh_ticks = 60;      ///< 5 min without a query
  static constexpr tick stable_ticks = 240;      ///< 20 min
  static constexpr tick more_stable_ticks = 720; ///< 60 min

  struct situation {
    bool bootstrapped = false;
    bool few_nodes = false;         ///< fewer than 20 are listed
    bool wants_persistence = false; ///< adaptive and still ephemeral
    bool checked_address = false;   ///< the last check was for this very host
  };

  struct chores {
    bool woken = false;
    bool check_network = false;
    bool ping_some = false;
    bool refresh = false;
  };

  /// Starts at a random tick, so that the nodes of a network are out of step.
  upkeep(base::entropy& chance, base::instant now);

  /// One tick; call when next() has come.
  chores handle_tick(base::instant now, const situation& how);

  void note_query() { refresh_in_ = refresh_ticks; }
  void note_check() { check_in_ = more_stable_ticks; }

  /// After sleep: everything counts as old, and is checked soon.
  void wake(base::instant now);

  tick current() const { return current_; }
  base::instant next() const { return last_ + tick_interval; }

private:
  tick current_;
  tick refresh_in_;
  tick check_in_ = stable_ticks;
  base::instant last_;
};

} // namespace hyper::dht
