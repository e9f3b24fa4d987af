#pragma once

#include "actors/runtime/cause.hpp"
#include "actors/trace/description.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string_view>

namespace hyper::actors::trace {

/// An actor, as a trace shows it. Id 0: something that is no actor, such as
/// the disk, the network, or the program outside of its actors.
struct participant {
  std::string_view node; ///< of which program or simulated host; may be empty
  std::string_view name; ///< the actor's kind; both live for ever
  std::uint64_t id = 0;

  friend bool operator==(const participant&, const participant&) = default;
};

/// One message, from the moment when it was queued to the end of its handling.
struct record {
  message_number number = 0;
  message_number cause = 0;    ///< in whose handler it was sent
  message_number question = 0; ///< the request that it answers
  participant from;
  participant to;
  base::instant queued;
  base::instant begun;
  base::instant ended;
  int depth = 0; ///< of the receiver's mailbox when it was queued, with it
  description what;
};

/// Takes records in the order in which their handling ended.
class sink {
public:
  virtual ~sink() = default;
  virtual void take(record one) = 0;
};

} // namespace hyper::actors::trace
