#pragma once

#include "tests/store/bee/memory_log.hpp"
#include "tests/support/vectors.hpp"

// What the replayers of the tree share.

namespace hyper::test {

/// How a case spells keys and values. The file does not say it in so many
/// words: a recorded block beside the operation that made it does.
struct spelling {
  bool length_first = true; ///< keys have their length in front
  bool hex_values = true;   ///< values are recorded in hex, not as text

  base::bytes key(const json::value& recorded) const;
  std::optional<base::bytes> value(const json::value& recorded) const;
};

/// A recorded block number or null.
void equal_seq(const std::optional<bee::entry>& got, const json::value& want,
               std::string_view what, report& out);

/// Compares the whole content of a version with [block, key, value] triples.
void equal_contents(const bee::tree& version, const json::array& want,
                    const spelling& how, std::string_view what, report& out);

/// The long run: part `long` of the file.
void replay_long_bee(const json::object& run, report& out);

/// Length, bytes, root hash and signature of the log.
void equal_log(const std::vector<base::bytes>& blocks, const json::object& want,
               const base::key_pair& signer, std::string_view what,
               report& out);

} // namespace hyper::test
