#include "net/dht/upkeep.hpp"

#include "base/assert.hpp"

namespace hyper::dht {

namespace {

constexpr tick start_max = 100;
constexpr tick ping_every = 8;
constexpr tick small_refresh_every = 64;

// From just above the half of `most` to `most`.
tick upper_half(base::entropy& chance, tick most) {
  return most - chance.below(most / 2);
}

bool count_down(tick& left) {
  if (left > 0)
    --left;
  return left == 0;
}

} // namespace

upkeep::upkeep(base::entropy& chance, base::instant now)
    : current_(upper_half(chance, start_max)),
      refresh_in_(upper_half(chance, refresh_ticks)), last_(now) {}

void upkeep::wake(base::instant now) {
  current_ += 2 * old_ticks;
  // Two ticks before the next round of pings: the network needs time, too.
  current_ += ping_every - current_ % ping_every - 2;
  HYPER_ASSERT((current_ + 2) % ping_every == 0);
  check_in_ = more_stable_ticks;
  refresh_in_ = 1;
  last_ = now;
}

upkeep::chores upkeep::handle_tick(base::instant now, const situation& how) {
  HYPER_ASSERT(now >= last_);
  chores out;
  if (now - last_ > sleep_min) {
    wake(now);
    out.woken = true;
  } else {
    ++current_;
    last_ = now;
  }
  if (!how.bootstrapped)
    return out;
  if (how.wants_persistence && count_down(check_in_)) {
    out.check_network = !how.checked_address;
    note_check();
  }
  out.ping_some = current_ % ping_every == 0;
  out.refresh = (current_ % small_refresh_every == 0 && how.few_nodes) ||
                count_down(refresh_in_);
  return out;
}

} // namespace hyper::dht
