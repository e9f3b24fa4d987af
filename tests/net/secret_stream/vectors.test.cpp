#define CAF_SUITE secret_stream_vectors

#include "tests/support/vectors.hpp"
#include "net/secret_stream/stream.hpp"
#include "tests/net/secret_stream/pair.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;

namespace {

noise::session session_of(const test::json::value& row) {
  noise::session from;
  from.rx = test::fixed_hex<32>(row.at("rejectKey"));
  from.handshake_hash = test::fixed_hex<64>(row.at("handshakeHash"));
  return from;
}

std::vector<std::string> events_of(const noise::session& from,
                                   base::bytes_view all) {
  base::seeded_entropy chance{1};
  test::stream_side side{{from, {}, chance, {}}, {}};
  side.channel.handle_bytes({}, all);
  side.drain();
  return side.events;
}

} // namespace

CAF_TEST(mutated recordings deliver nothing that was not recorded) {
  auto file = test::load_vectors("secret-stream.json");
  const auto& rejects = file.at("reject");
  auto from = session_of(rejects);
  for (const auto& row : rejects.at("cases").as_array()) {
    auto good = test::hex(row.at("bytes"));
    auto want = events_of(from, good);
    test::mutate(good, 0, [&](base::bytes_view bad) {
      auto got = events_of(from, bad);
      for (std::size_t i = 0; i < got.size(); ++i)
        CAF_CHECK(got[i].starts_with("failed") ||
                  (i < want.size() && got[i] == want[i]));
    });
  }
}
