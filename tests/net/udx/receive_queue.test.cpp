#define CAF_SUITE net_udx_receive_queue

#include "net/udx/receive_queue.hpp"

#include "tests/support/property.hpp"

using namespace hyper::base;
using hyper::udx::receive_queue;

CAF_TEST(a single packet takes no more than it needs) {
  receive_queue queue;
  queue.append({});
  CAF_CHECK(queue.empty());
  queue.append(as_bytes("hello"));
  CAF_CHECK_EQUAL(queue.size(), 5u);
  auto chunk = queue.pop();
  CAF_CHECK_EQUAL(as_text(chunk), "hello");
  CAF_CHECK_LESS(chunk.capacity(), 100u);
  CAF_CHECK(queue.empty());
}

CAF_TEST(many packets are joined to chunks) {
  receive_queue queue;
  bytes packet(1452, 'x');
  for (int i = 0; i < 100; ++i)
    queue.append(packet);
  std::size_t chunks = 0;
  while (!queue.empty()) {
    auto chunk = queue.pop();
    CAF_CHECK_LESS_OR_EQUAL(chunk.size(), receive_queue::chunk_size);
    ++chunks;
  }
  CAF_CHECK_EQUAL(chunks, 3u);
}

CAF_TEST(properties) {
  HYPER_PROPERTY("what goes in comes out", [](const std::vector<bytes>& parts) {
    receive_queue queue;
    bytes in;
    bytes out;
    for (const auto& part : parts) {
      append(in, part);
      queue.append(part);
      if (!queue.empty() && *rc::gen::inRange(0, 3) == 0)
        append(out, queue.pop());
      RC_ASSERT(queue.size() == in.size() - out.size());
    }
    while (!queue.empty())
      append(out, queue.pop());
    RC_ASSERT(in == out);
  });
}
