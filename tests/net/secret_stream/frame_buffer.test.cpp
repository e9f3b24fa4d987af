#define CAF_SUITE secret_stream_frame_buffer

#include "net/secret_stream/frame_buffer.hpp"

#include "tests/support/property.hpp"

using namespace hyper;
using namespace hyper::secret_stream;

namespace {

base::bytes framed(base::bytes_view body) {
  base::bytes out;
  append_length(out, body.size());
  base::append(out, body);
  return out;
}

} // namespace

CAF_TEST(the length is three bytes little endian and does not count itself) {
  base::bytes out;
  append_length(out, 0x010203);
  CAF_CHECK(out == base::bytes({3, 2, 1}));
}

CAF_TEST(a length is known before its frame) {
  frame_buffer in;
  in.append(base::bytes{0xff, 0xff});
  CAF_CHECK(!in.announced());
  in.append(base::bytes{0xff, 7});
  CAF_CHECK(in.announced() == frame_max);
  CAF_CHECK(!in.complete());
  CAF_CHECK_EQUAL(in.size(), 4u);
}

CAF_TEST(an empty frame counts when another byte follows) {
  frame_buffer in;
  in.append(base::bytes(3));
  CAF_CHECK(!in.complete());
  in.append(base::bytes(1));
  CAF_CHECK(in.complete());
  CAF_CHECK(in.take().empty());
  CAF_CHECK_EQUAL(in.size(), 1u);
}

CAF_TEST(cleared bytes are gone) {
  frame_buffer in;
  in.append(framed(base::bytes(9)));
  in.clear();
  CAF_CHECK_EQUAL(in.size(), 0u);
  CAF_CHECK(!in.complete());
}

CAF_TEST(property) {
  HYPER_PROPERTY("frames come out as they went in",
                 [](std::vector<base::bytes> bodies, std::uint8_t cut) {
                   std::erase(bodies, base::bytes{});
                   base::bytes all;
                   for (const auto& body : bodies)
                     base::append(all, framed(body));
                   frame_buffer in;
                   std::vector<base::bytes> got;
                   auto step = std::size_t{cut} + 1;
                   for (std::size_t i = 0; i < all.size(); i += step) {
                     auto rest = base::bytes_view{all}.subspan(i);
                     in.append(rest.first(std::min(step, rest.size())));
                     while (in.complete())
                       got.push_back(base::to_bytes(in.take()));
                   }
                   RC_ASSERT(got == bodies);
                   RC_ASSERT(in.size() == 0u);
                 });
}
