#define CAF_SUITE net_udx_send_queue

#include "net/udx/send_queue.hpp"

#include "tests/support/property.hpp"

using namespace hyper::base;
using hyper::udx::send_queue;

CAF_TEST(chunks are joined and cut) {
  send_queue queue;
  queue.push(to_bytes("hel"));
  queue.push({});
  queue.push(to_bytes("lo world"));
  CAF_CHECK_EQUAL(queue.size(), 11u);
  bytes out = to_bytes("> ");
  CAF_CHECK_EQUAL(queue.take(5, out), 5u);
  CAF_CHECK_EQUAL(as_text(out), "> hello");
  CAF_CHECK_EQUAL(queue.take(100, out), 6u);
  CAF_CHECK_EQUAL(as_text(out), "> hello world");
  CAF_CHECK(queue.empty());
  CAF_CHECK_EQUAL(queue.take(100, out), 0u);
}

CAF_TEST(properties) {
  HYPER_PROPERTY("what goes in comes out",
                 [](const std::vector<bytes>& chunks) {
                   send_queue queue;
                   bytes in;
                   bytes out;
                   for (const auto& chunk : chunks) {
                     append(in, chunk);
                     queue.push(chunk);
                     queue.take(*rc::gen::inRange<std::size_t>(0, 20), out);
                     RC_ASSERT(queue.size() == in.size() - out.size());
                   }
                   queue.take(in.size(), out);
                   RC_ASSERT(in == out);
                   RC_ASSERT(queue.empty());
                 });
}
