#define CAF_SUITE rpc_vectors

#include "tests/support/vectors.hpp"
#include "tests/net/rpc/pair.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;

namespace {

// Every recorded frame, from whichever part of the file.
void each_frame(const std::function<void(base::bytes_view)>& visit) {
  auto file = test::load_vectors("protomux-rpc.json");
  for (const auto& row : file.at("frames").as_array())
    visit(test::hex(row.at("frame")));
  for (const auto& row : file.at("scenarios").as_array())
    if (row.at("in").is_array())
      for (const auto& frame : row.at("in").as_array())
        visit(test::hex(frame));
  for (const auto& row : file.at("registry").at("connections").as_array())
    for (const auto& frame : row.at("frames").as_array())
      visit(test::hex(frame.at("plain")));
}

} // namespace

CAF_TEST(mutated recordings are taken apart without harm) {
  each_frame([](base::bytes_view good) {
    test::mutate(good, 64, [](base::bytes_view bad) {
      mux::frame_cursor cursor{bad};
      for (auto next = cursor.next(); next && *next; next = cursor.next()) {
        (void)mux::decode_open((*next)->payload);
        (void)mux::decode_number((*next)->payload);
        (void)rpc::decode_request((*next)->payload);
        (void)rpc::decode_response((*next)->payload);
      }
    });
  });
}

CAF_TEST(mutated recordings meet an endpoint without harm) {
  each_frame([](base::bytes_view good) {
    if (good.size() > 100)
      return;
    test::mutate(good, 8, [](base::bytes_view bad) {
      test::rpc_pair pair;
      pair.b.mux.offered().add("hypercore/alpha");
      pair.b.ask("m", "");
      pair.b.feed(bad);
      for (auto call : pair.b.calls)
        pair.b.rpc.answer(call, {});
      pair.settle();
    });
  });
}
