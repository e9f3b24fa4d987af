#include "tests/actors/gateway/door.hpp"
#include "tests/fuzz/talk.hpp"

// A listener to the events that then sends any bytes: whatever comes back is
// frames of a WebSocket (RFC 6455, section 5.2), and the connection ends. The
// first byte says from which length it listens.

namespace {

// Text, close, ping or pong, whole and not masked; the last one may have been
// cut off.
void check(std::string_view heard) {
  while (heard.size() >= 2) {
    auto first = static_cast<unsigned char>(heard[0]);
    std::size_t size = static_cast<unsigned char>(heard[1]);
    HYPER_ASSERT(first == 0x81 || first == 0x88 || first == 0x89 ||
                 first == 0x8a);
    HYPER_ASSERT(size <= 126);
    std::size_t head = 2;
    if (size == 126) {
      if (heard.size() < 4)
        return;
      head = 4;
      size = static_cast<unsigned char>(heard[2]) * 256U +
             static_cast<unsigned char>(heard[3]);
      HYPER_ASSERT(first == 0x81);
    }
    if (heard.size() < head + size)
      return;
    if (first == 0x81)
      HYPER_ASSERT(heard.substr(head, size).starts_with("{\"length\":"));
    heard.remove_prefix(head + size);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static auto* door = new hyper::test::gateway_door;
  if (size == 0)
    return 0;
  auto heard = talk(
      *door,
      hyper::test::upgrade_to("/v1/events?from=" + std::to_string(data[0] % 8)),
      {data + 1, size - 1});
  std::string_view rest{heard};
  if (!rest.starts_with("HTTP/1.1 101 "))
    HYPER_ASSERT(rest.empty());
  else if (auto end = rest.find("\r\n\r\n"); end != std::string_view::npos)
    check(rest.substr(end + 4));
  return 0;
}
