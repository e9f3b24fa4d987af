#define CAF_SUITE net_replication_uploads

#include "net/replication/uploads.hpp"

#include "net/replication/limits.hpp"
#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::replication;
using base::milliseconds;
using base::no_data_reason;

namespace {

const base::instant start{};

base::proof_request block_request(std::uint64_t id, std::uint64_t block,
                                  std::uint64_t priority = 0) {
  base::proof_request request;
  request.id = id;
  request.block = base::proof_target{block, 0};
  request.priority = priority;
  return request;
}

base::proof block_proof(std::uint64_t id, std::uint64_t block) {
  base::proof proof;
  proof.request = id;
  proof.block = base::block_part{block, {}, {}};
  return proof;
}

std::vector<std::uint64_t> handed_out(uploads& queue) {
  std::vector<std::uint64_t> ids;
  while (auto request = queue.next())
    ids.push_back(request->id);
  return ids;
}

} // namespace

CAF_TEST(the urgent first and the latest of them before the others) {
  uploads queue;
  for (std::uint64_t id = 1; id <= 6; ++id)
    CAF_CHECK(queue.add(block_request(id, id, id % 2)));
  CAF_CHECK(
      (handed_out(queue) == std::vector<std::uint64_t>{5, 3, 1, 2, 4, 6}));
}

CAF_TEST(a number that is used again replaces the older request) {
  uploads queue;
  CAF_CHECK(queue.add(block_request(7, 3)));
  CAF_CHECK(queue.next()->block->index == 3u);
  CAF_CHECK(queue.add(block_request(7, 4)));
  CAF_CHECK(!queue.finish(block_proof(7, 3)));
  CAF_CHECK(queue.next()->block->index == 4u);
  CAF_CHECK(!queue.finish(block_proof(7, 3)));
  CAF_CHECK(queue.finish(block_proof(7, 4)));
  CAF_CHECK_EQUAL(queue.size(), 0u);
}

CAF_TEST(what was cancelled is neither handed out nor answered nor refused) {
  uploads queue;
  CAF_CHECK(queue.add(block_request(1, 1)));
  CAF_CHECK(queue.add(block_request(2, 2)));
  queue.cancel(1);
  CAF_CHECK((handed_out(queue) == std::vector<std::uint64_t>{2}));
  queue.cancel(2);
  queue.cancel(99);
  CAF_CHECK(!queue.finish(block_proof(2, 2)));
  queue.refuse(start, 2, no_data_reason::invalid_request);
  CAF_CHECK(!queue.poll_refusal(start + base::minutes{1}).has_value());
}

CAF_TEST(missing blocks are refused at once and impossible requests later) {
  uploads queue;
  CAF_CHECK(queue.add(block_request(1, 1)));
  CAF_CHECK(queue.add(block_request(2, 2)));
  queue.refuse(start, 1, no_data_reason::not_available);
  queue.refuse(start, 2, no_data_reason::invalid_request);
  CAF_CHECK(
      (queue.poll_refusal(start) == no_data{1, no_data_reason::not_available}));
  CAF_CHECK(!queue.poll_refusal(start).has_value());
  CAF_CHECK(queue.next_due(start) == start + milliseconds{200});
  CAF_CHECK((queue.poll_refusal(start + milliseconds{200}) ==
             no_data{2, no_data_reason::invalid_request}));
}

CAF_TEST(delays of the original) {
  CAF_CHECK(refusal_delay(1) == milliseconds{200});
  CAF_CHECK(refusal_delay(2) == milliseconds{500});
  CAF_CHECK(refusal_delay(4) == milliseconds{500});
  CAF_CHECK(refusal_delay(5) == milliseconds{1000});
  CAF_CHECK(refusal_delay(39) == milliseconds{1000});
  CAF_CHECK(refusal_delay(40) == milliseconds{5000});
  CAF_CHECK(refusal_delay(63) == milliseconds{5000});
}

CAF_TEST(law_L8_requests that wait are limited) {
  uploads queue;
  for (std::uint64_t id = 0; id < requests_waiting_max; ++id)
    CAF_REQUIRE(queue.add(block_request(id, id)));
  CAF_CHECK(!queue.add(block_request(requests_waiting_max, 1)));
  CAF_CHECK(queue.add(block_request(0, 5))); // takes its own place
  CAF_CHECK_EQUAL(handed_out(queue).size(), requests_in_work_max);
  CAF_CHECK_EQUAL(queue.size(), requests_waiting_max);
}

CAF_TEST(properties) {
  HYPER_PROPERTY("counts agree under any sequence",
                 [](const std::vector<std::uint8_t>& steps) {
                   uploads queue;
                   auto now = start;
                   for (auto step : steps) {
                     auto id = std::uint64_t{step} / 8;
                     now += milliseconds{step};
                     if (step % 8 < 3)
                       RC_ASSERT(queue.add(block_request(id, step, step % 2)));
                     else if (step % 8 == 3)
                       queue.cancel(id);
                     else if (step % 8 == 4)
                       queue.refuse(now, id, no_data_reason::invalid_request);
                     else if (step % 8 == 5)
                       queue.poll_refusal(now);
                     else if (auto request = queue.next())
                       RC_ASSERT(queue.in_work(request->id));
                   }
                   RC_ASSERT(queue.size() <= 32u);
                 });
}
