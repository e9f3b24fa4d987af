#pragma once

#include "base/bytes.hpp"

#include <boost/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// Recorded bytes of the original, and the replayers that run them.

namespace hyper::test {

namespace json = boost::json;

/// Counts comparisons and names those that fail.
class report {
public:
  void check(bool good, std::string_view what);
  void equal(base::bytes_view got, std::string_view want_hex,
             std::string_view what);
  void equal(std::uint64_t got, std::uint64_t want, std::string_view what);

  std::size_t passed() const { return passed_; }
  const std::vector<std::string>& failures() const { return failures_; }

private:
  std::size_t passed_ = 0;
  std::vector<std::string> failures_;
};

/// Runs the vectors of one file form. A file belongs to the replayer whose
/// `accepts` says so by the file's content, never by its name.
struct replayer {
  const char* name;
  bool (*accepts)(const json::object& file);
  void (*run)(const json::object& file, report& out);
};

/// All replayers of the program. Registration is done by a static object:
///   static const register_replayer here{{"noise", accepts, run}};
std::vector<replayer>& replayers();

struct register_replayer {
  explicit register_replayer(replayer r) { replayers().push_back(r); }
};

// Shorthands for reading vectors; throw on a member that is not there.
base::bytes hex(const json::value& text);
std::uint64_t number(const json::value& value); ///< number or decimal text
std::string text(const json::value& value);

template <std::size_t N>
base::fixed_bytes<N> fixed_hex(const json::value& value) {
  return base::take<N>(hex(value));
}

/// The recorded file of that name in tests/vectors.
json::object load_vectors(std::string_view file_name);
json::object load_json(const std::string& path);

/// Every proper prefix of `good`, and `good` with single bits flipped (each
/// bit up to `flips` of them, evenly spread): hands each to `probe`, which must
/// not crash. For the decoders' truncation and bit flip tests.
void mutate(base::bytes_view good, std::size_t flips,
            const std::function<void(base::bytes_view)>& probe);

} // namespace hyper::test
