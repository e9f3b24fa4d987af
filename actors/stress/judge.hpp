#pragma once

#include "actors/stress/workload.hpp"
#include "base/keys.hpp"
#include "base/time.hpp"
#include "store/registry/view.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What every client was told, held against the log that is there at the end.
// The judge knows no moment at which a block became durable: it judges by the
// order of the blocks and by the lengths that answers come from.

namespace hyper::actors::stress {

enum class end : std::uint8_t {
  ok,
  already,      ///< registered by the caller before
  taken,        ///< the registry said no
  not_found,    ///<
  unauthorized, ///<
  refused,      ///< another no, such as overload
  timed_out,    ///< no answer by the deadline
  unseen,       ///< accepted, but the copy did not show it by the deadline
  left,         ///< the client left first
};

/// One wish and what came of it.
struct answered {
  std::uint32_t client = 0;
  base::public_key key{};
  wish what;
  base::instant begun;
  base::instant ended;                  ///< of the call
  std::optional<base::instant> visible; ///< in the client's own copy
  end how = end::left;
  std::optional<std::uint64_t> length;   ///< of the copy that it comes from
  std::optional<base::public_key> owner; ///< that a lookup found
  bool repeated = false; ///< the call was made again after a broken connection
};

inline constexpr std::size_t violations_max = 100; ///< that are put into words

struct judgement {
  std::uint64_t count = 0;
  std::vector<std::string> violations; ///< the first violations_max
};

/// The laws that the answers break:
///   L1 a name given to two owners; an acknowledged change of another's name
///   L3 an acknowledged change that is not in the log
///   L4 a read that goes back, that misses an own acknowledged change, or that
///      is wrong at its length
///   L8 a call that ends later than its deadline allows
/// `told` holds each client's answers in their order, `log` all changes.
judgement judge(const std::vector<answered>& told,
                const std::vector<registry::event>& log,
                base::duration timeout);

} // namespace hyper::actors::stress
