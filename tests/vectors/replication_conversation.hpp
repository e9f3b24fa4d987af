#pragma once

#include "net/replication/handshake.hpp"
#include "net/replication/messages.hpp"
#include "tests/support/vectors.hpp"

#include <map>
#include <optional>
#include <vector>

// What one scenario of hypercore-replication.json says about one log.

namespace hyper::test {

struct step {
  bool by_writer = false;
  replication::message what;
};

/// The messages of one log's channel in the order in which they were written.
struct conversation {
  json::object core;
  base::hash64 handshake_hash{};
  replication::stream_role writer_role = replication::stream_role::initiator;
  base::bytes writer_open;
  base::bytes reader_open;
  std::vector<step> steps;
};

/// `core` is the member of the scenario that describes the log.
conversation read_conversation(const json::object& scenario,
                               std::string_view core);

/// The messages of one kind that one side has sent.
template <class T>
std::vector<T> said_by(const conversation& what, bool writer) {
  std::vector<T> out;
  for (const auto& one : what.steps)
    if (const auto* found = std::get_if<T>(&one.what);
        found != nullptr && one.by_writer == writer)
      out.push_back(*found);
  return out;
}

/// The blocks of each fork: as they were sent, else as the file lists them. A
/// scenario that lists none is about the log of another one.
class contents {
public:
  contents(const conversation& what, const json::object& scenario,
           const json::array& all, std::string_view member);

  std::optional<base::bytes> at(std::uint64_t fork, std::uint64_t index) const;

private:
  std::map<std::pair<std::uint64_t, std::uint64_t>, base::bytes> sent_;
  std::vector<base::bytes> listed_;
};

} // namespace hyper::test
