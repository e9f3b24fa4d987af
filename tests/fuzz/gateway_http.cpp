#include "tests/actors/gateway/door.hpp"
#include "tests/fuzz/talk.hpp"

#include <boost/beast/http.hpp>

// Any bytes as a connection to the gateway: whatever comes back is HTTP, and
// the connection ends.

namespace {

namespace http = boost::beast::http;

void check(std::string_view heard, bool may_be_head) {
  while (!heard.empty()) {
    HYPER_ASSERT(heard.starts_with("HTTP/1."));
    http::response_parser<http::string_body> one;
    one.eager(true);
    boost::system::error_code problem;
    auto used = one.put(boost::asio::buffer(heard), problem);
    // What is still missing was cut off: the client ended in the middle.
    if (problem == http::error::need_more)
      return;
    if (may_be_head || one.get().result() == http::status::switching_protocols)
      return;
    HYPER_ASSERT(!problem);
    heard.remove_prefix(used);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static auto* door = new hyper::test::gateway_door;
  std::string_view text{reinterpret_cast<const char*>(data), size};
  // Whether a reply has a body depends on its request: cut in pieces, "HEAD"
  // may stand in the input in any way.
  bool may_be_head = text.find('H') != std::string_view::npos &&
                     text.find('D') != std::string_view::npos;
  check(talk(*door, "", {data, size}), may_be_head);
  return 0;
}
