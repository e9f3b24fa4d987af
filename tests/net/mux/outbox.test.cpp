#define CAF_SUITE mux_outbox

#include "net/mux/outbox.hpp"

#include "base/text.hpp"

#include <caf/test/unit_test.hpp>

using namespace hyper;
using namespace hyper::mux;

namespace {

std::string next_of(outbox& from) {
  auto frame = from.poll();
  return frame ? base::to_hex(*frame) : "none";
}

const base::bytes one{1};
const base::bytes two{2, 3};
const base::bytes four{4};

} // namespace

CAF_TEST(messages leave one by one) {
  outbox out;
  out.write({1, 0, one});
  out.write({0, 3, one});
  CAF_CHECK_EQUAL(out.queued_bytes(), 6u);
  CAF_CHECK_EQUAL(next_of(out), "010001");
  CAF_CHECK_EQUAL(next_of(out), "000301");
  CAF_CHECK_EQUAL(next_of(out), "none");
  CAF_CHECK_EQUAL(out.queued_bytes(), 0u);
}

CAF_TEST(a batch names the channel only when it changes) {
  outbox out;
  out.cork();
  out.write({1, 0, one});
  out.write({1, 1, two});
  out.write({2, 0, {}});
  out.write({1, 0, four});
  CAF_CHECK_EQUAL(next_of(out), "none");
  out.uncork();
  CAF_CHECK_EQUAL(next_of(out), "00000102000103010203000201000001020004");
}

CAF_TEST(corks nest) {
  outbox out;
  out.cork();
  out.cork();
  out.write({1, 0, one});
  out.uncork();
  CAF_CHECK_EQUAL(next_of(out), "none");
  out.uncork();
  CAF_CHECK_EQUAL(next_of(out), "000001020001");
}

CAF_TEST(an empty batch is not written) {
  outbox out;
  out.cork();
  out.uncork();
  CAF_CHECK_EQUAL(next_of(out), "none");
}

CAF_TEST(a large batch is split) {
  outbox out;
  base::bytes half(batch_size_max / 2);
  out.cork();
  out.write({1, 0, half});
  out.write({1, 0, half});
  CAF_CHECK(out.poll().has_value());
  out.write({1, 0, one});
  CAF_CHECK_EQUAL(next_of(out), "none");
  out.uncork();
  CAF_CHECK_EQUAL(next_of(out), "000001020001");
}

CAF_TEST(no frame is longer than a message of the secret stream) {
  outbox out;
  base::bytes longest(frame_max - frame_overhead_max);
  out.write({UINT32_MAX, UINT32_MAX, longest});
  CAF_CHECK(out.poll()->size() <= frame_max);
  out.cork();
  out.write({1, 0, one});
  out.write({UINT32_MAX, UINT32_MAX, longest});
  out.uncork();
  CAF_CHECK_EQUAL(next_of(out), "000001020001");
  CAF_CHECK(out.poll()->size() <= frame_max);
}
